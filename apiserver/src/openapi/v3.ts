import { ActionAnswer, actionRequests, adminPaths, BackupStarted, BackupStatus, CommitRequest, commitsPath, collectionPath, kinds, resourcePath, jobKind, KeysStatus, RestoreAnswer, RestoreRequest, RestoreStateAnswer, RestoreStateRequest, RotateRootAnswer, serviceActions, serviceKind, StateContent, StateHistory, TokenAnswer, TokenRequest, type KindDefinition, type ServiceAction } from '@spawnit/contract';
import { z } from 'zod';
import { streamExample, withExamples } from './examples.js';
import { answers, get, list, listSchema, operation, patch, placeOf, plainBody, post, put, query, ref, selectors, type Operation } from './operations.js';
import { refusalResponses, statusName, withRefusals } from './refusals.js';
import { schemaName, schemasOf, plain, statusJsonSchema, type JsonSchema } from './schemas.js';

export interface OpenApiV3 {
  openapi: '3.0.0';
  info: { title: string; version: string; description: string };
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, JsonSchema>; responses: Record<string, unknown>; securitySchemes: Record<string, unknown> };
  security: unknown[];
}

/** The API of one group as an OpenAPI 3.0 document, made from the contract. */
export function openApiV3(group: KindDefinition['group'], version: string): OpenApiV3 {
  const of = kinds.filter((kind) => kind.group === group);
  const schemas = { ...schemasOf(group), ...Object.fromEntries(of.map((kind) => [`${schemaName(kind)}List`, listSchema(kind)])), [statusName]: statusJsonSchema() };
  return {
    openapi: '3.0.0',
    info: { title: 'SpawnIt', version, description: 'Services built with OpenTofu, by the conventions of the Kubernetes API.' },
    paths: withExamples(withRefusals({ ...Object.assign({}, ...of.map(pathsOf)), ...(group === '' ? {} : ownPaths()) } as OpenApiV3['paths']), schemas),
    components: {
      schemas,
      responses: refusalResponses(),
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    },
    security: [{ token: [] }],
  };
}

function pathsOf(kind: KindDefinition): OpenApiV3['paths'] {
  const collection = collectionPath(kind, 'NAMESPACE').replace('NAMESPACE', '{namespace}');
  const everywhere = kind.namespaced ? { [collectionPath(kind)]: { get: list(kind) } } : {};
  const status = kind.status ? { [`${collection}/{name}/status`]: { parameters: placeOf(kind, true), get: get(kind), put: put(kind), patch: patch(kind) } } : {};
  return {
    ...everywhere,
    [collection]: { parameters: placeOf(kind, false), get: list(kind), post: post(kind), delete: operation(kind, 'deletecollection', { parameters: [...selectors(kind), ...query('dryRun')], responses: answers(ref(`${schemaName(kind)}List`), '200') }) },
    [`${collection}/{name}`]: { parameters: placeOf(kind, true), get: get(kind), put: put(kind), patch: patch(kind), delete: operation(kind, 'delete', { parameters: query('dryRun', 'propagationPolicy'), responses: answers({ anyOf: [ref(schemaName(kind)), ref(statusName)] }, '200') }) },
    ...status,
  } as unknown as OpenApiV3['paths'];
}

/** What goes beyond the verbs of kinds. */
function ownPaths(): OpenApiV3['paths'] {
  const body = plainBody(z.toJSONSchema(CommitRequest, { io: 'input', target: 'openapi-3.0', unrepresentable: 'any' }) as JsonSchema);
  const place = placeOf(serviceKind, true);
  const at = (kind: KindDefinition, subresource: string) => resourcePath(kind, 'NAME', 'NAMESPACE', subresource).replace('NAMESPACE', '{namespace}').replace('NAME', '{name}');
  return {
    [commitsPath]: { post: { operationId: 'commit', description: 'Several writes, all or none.', requestBody: body, responses: answers({}, '200', '201') } },
    '/apis/spawnit.dev/v1/events-stream': { get: { operationId: 'followEvents', description: 'Changes of several kinds as server-sent events.', parameters: query('kinds', 'namespace', 'ages'), responses: { 200: { description: 'OK', content: { 'text/event-stream': { schema: { type: 'string' }, example: streamExample } } } } } },
    [at(serviceKind, 'check')]: { parameters: place, post: { operationId: 'checkService', description: 'Has the service planned now and waits for the verdict.', responses: answers({}, '200') } },
    ...actionPaths(at),
    ...statePaths(at),
    ...keyPaths(),
    ...adminOperations(),
    [at(jobKind, 'log')]: { parameters: place, get: { operationId: 'readJobLog', description: 'A job’s log from a byte on.', parameters: query('offset', 'follow'), responses: { 200: { description: 'OK', content: { 'text/plain': { schema: { type: 'string' }, example: 'docker_container.this: Creating...\n' } } } } } },
  } as unknown as OpenApiV3['paths'];
}

function keyPaths(): Record<string, unknown> {
  const root = answers(plain(z.toJSONSchema(RotateRootAnswer, { target: 'openapi-3.0', unrepresentable: 'any' })), '200');
  const responses = answers(plain(z.toJSONSchema(KeysStatus, { target: 'openapi-3.0', unrepresentable: 'any' })), '200');
  return {
    [adminPaths.keys]: { get: { operationId: 'showKeys', description: 'The keys that seal states and secrets, and how far a rotation is.', responses } },
    [adminPaths.rotateRoot]: { post: { operationId: 'rotateRootKey', description: 'Puts another root key in force, once every server has it.', responses: root } },
    [adminPaths.retireRoot]: { post: { operationId: 'retireRootKey', description: 'Refuses what the root key before has signed.', responses: root } },
    [adminPaths.rotateKey]: { post: { operationId: 'rotateKey', description: 'Adds a key that seals from now on; what older ones sealed is sealed anew in the background.', responses } },
  };
}

function adminOperations(): OpenApiV3['paths'] {
  const schema = (of: z.ZodType, io: 'input' | 'output' = 'output') => z.toJSONSchema(of, { io, target: 'openapi-3.0', unrepresentable: 'any' }) as JsonSchema;
  return {
    [adminPaths.restore]: { post: { operationId: 'restore', description: 'Makes what was declared as it was at a point of the log, or tells what that would change.', requestBody: plainBody(plain(schema(RestoreRequest, 'input'))), responses: answers(plain(schema(RestoreAnswer)), '200') } },
    [adminPaths.history]: { get: { operationId: 'listHistory', description: 'Who changed what: the last transactions of the log.', parameters: query('last', 'by'), responses: answers({}, '200') } },
    [adminPaths.sweepUnknown]: { post: { operationId: 'sweepUnknown', description: 'After a restore from a backup: lets agents remove what no record knows.', responses: answers({}, '200') } },
    [adminPaths.tokens]: { post: { operationId: 'createToken', description: 'A token of a person who has business in some namespaces alone.', requestBody: plainBody(plain(schema(TokenRequest, 'input'))), responses: answers(plain(schema(TokenAnswer)), '201') } },
    [adminPaths.backups]: {
      get: { operationId: 'listBackups', description: 'Backups that are kept, and how the last attempt ended.', responses: answers(plain(schema(BackupStatus)), '200') },
      post: { operationId: 'makeBackup', description: 'Begins a backup, which goes on by itself.', responses: answers(plain(schema(BackupStarted)), '202') },
    },
  } as unknown as OpenApiV3['paths'];
}

const actionTexts: Record<ServiceAction, string> = {
  revert: 'Applies again what is declared, so that drift is gone.',
  restart: 'Makes anew what runs, and leaves what holds data.',
  'drift/accept': 'Declares the live values of drifted fields.',
  'drift/ignore': 'Calls drifted fields no drift, and leaves them as they are.',
  rollback: 'Declares what a revision has kept.',
  approve: 'Has the plan that waits applied.',
  reject: 'Has the plan that waits not applied, and says why.',
  cancel: 'Ends the job under way.',
};

function actionPaths(at: (kind: KindDefinition, subresource: string) => string): OpenApiV3['paths'] {
  const responses = answers(plain(z.toJSONSchema(ActionAnswer, { target: 'openapi-3.0', unrepresentable: 'any' })), '200');
  const operation = (action: ServiceAction) => {
    const body = plain(z.toJSONSchema(actionRequests[action], { io: 'input', target: 'openapi-3.0', unrepresentable: 'any' }));
    const operationId = `${action.replace(/\/(.)/, (_, letter: string) => letter.toUpperCase())}Service`;
    return { parameters: placeOf(serviceKind, true), post: { operationId, description: actionTexts[action], parameters: query('dryRun', 'fieldManager'), requestBody: plainBody(body), responses } };
  };
  return Object.fromEntries(serviceActions.map((action) => [at(serviceKind, action), operation(action)])) as unknown as OpenApiV3['paths'];
}

function statePaths(at: (kind: KindDefinition, subresource: string) => string): OpenApiV3['paths'] {
  const place = placeOf(serviceKind, true);
  const one = [...place, { name: 'serial', in: 'path', required: true, schema: { type: 'string' }, description: 'A serial, or "current".' }];
  const schema = (of: z.ZodType, io: 'input' | 'output' = 'output') => z.toJSONSchema(of, { io, target: 'openapi-3.0', unrepresentable: 'any' }) as JsonSchema;
  const raw = { 200: { description: 'OK', content: { 'application/json': { schema: { type: 'object' } } } } };
  return {
    [at(serviceKind, 'state')]: { parameters: place, get: { operationId: 'listStates', description: 'The serials of the tofu state that are kept.', responses: answers(plain(schema(StateHistory)), '200') } },
    [at(serviceKind, 'state/{serial}')]: { parameters: one, get: { operationId: 'showState', description: 'What a state holds, without what is sensitive.', responses: answers(plain(schema(StateContent)), '200') } },
    [at(serviceKind, 'state/{serial}/raw')]: { parameters: one, get: { operationId: 'pullState', description: 'The state as tofu wrote it, secrets included; noted in an event.', responses: { ...answers({}, '200'), ...raw } } },
    [at(serviceKind, 'state/restore')]: {
      parameters: place,
      post: { operationId: 'restoreState', description: 'Makes an earlier state the current one, under a new serial.', requestBody: plainBody(plain(schema(RestoreStateRequest, 'input'))), responses: answers(plain(schema(RestoreStateAnswer)), '200') },
    },
  } as unknown as OpenApiV3['paths'];
}
