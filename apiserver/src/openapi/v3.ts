import { ActionAnswer, actionRequests, adminPaths, BackupStarted, BackupStatus, CommitRequest, commitsPath, collectionPath, kinds, resourcePath, jobKind, KeysStatus, RestoreAnswer, RestoreRequest, RestoreStateAnswer, RestoreStateRequest, RotateRootAnswer, serviceActions, serviceKind, StateContent, StateHistory, type KindDefinition, type ServiceAction } from '@spawnit/contract';
import { z } from 'zod';
import { gvkKeyword, gvkOf, schemaName, schemasOf, plain, statusJsonSchema, type JsonSchema } from './schemas.js';

type Operation = Record<string, unknown>;
export interface OpenApiV3 {
  openapi: '3.0.0';
  info: { title: string; version: string; description: string };
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, JsonSchema>; securitySchemes: Record<string, unknown> };
  security: unknown[];
}

const statusName = 'io.k8s.apimachinery.pkg.apis.meta.v1.Status';
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const patchTypes = ['application/merge-patch+json', 'application/json-patch+json'];

/** The API of one group as an OpenAPI 3.0 document, made from the contract. */
export function openApiV3(group: KindDefinition['group'], version: string): OpenApiV3 {
  const of = kinds.filter((kind) => kind.group === group);
  return {
    openapi: '3.0.0',
    info: { title: 'SpawnIt', version, description: 'Services built with OpenTofu, by the conventions of the Kubernetes API.' },
    paths: { ...Object.assign({}, ...of.map(pathsOf)), ...(group === '' ? {} : ownPaths()) },
    components: {
      schemas: { ...schemasOf(group), ...Object.fromEntries(of.map((kind) => [`${schemaName(kind)}List`, listSchema(kind)])), [statusName]: statusJsonSchema() },
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
    [collection]: { parameters: placeOf(kind, false), get: list(kind), post: post(kind), delete: operation(kind, 'deletecollection', { parameters: query('labelSelector', 'fieldSelector', 'dryRun') }) },
    [`${collection}/{name}`]: { parameters: placeOf(kind, true), get: get(kind), put: put(kind), patch: patch(kind), delete: operation(kind, 'delete', { parameters: query('dryRun', 'propagationPolicy') }) },
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
    '/apis/spawnit.dev/v1/events-stream': { get: { operationId: 'followEvents', description: 'Changes of several kinds as server-sent events.', parameters: query('kinds', 'namespace', 'ages'), responses: answers({}, '200') } },
    [at(serviceKind, 'check')]: { parameters: place, post: { operationId: 'checkService', description: 'Has the service planned now and waits for the verdict.', responses: answers({}, '200') } },
    ...actionPaths(at),
    ...statePaths(at),
    ...keyPaths(),
    ...adminOperations(),
    [at(jobKind, 'log')]: { parameters: place, get: { operationId: 'readJobLog', description: 'A job’s log from a byte on.', parameters: query('offset', 'follow'), responses: { ...answers({}, '200'), 200: { description: 'OK', content: { 'text/plain': { schema: { type: 'string' } } } } } } },
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
    return { parameters: placeOf(serviceKind, true), post: { operationId, description: actionTexts[action], parameters: query('dryRun'), requestBody: plainBody(body), responses } };
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

function list(kind: KindDefinition): Operation {
  const parameters = query('watch', 'allowWatchBookmarks', 'sendInitialEvents', 'resourceVersion', 'resourceVersionMatch', 'timeoutSeconds', 'limit', 'continue', 'labelSelector', 'fieldSelector');
  return operation(kind, 'list', { parameters, responses: answers(ref(`${schemaName(kind)}List`), '200') });
}

function get(kind: KindDefinition): Operation {
  return operation(kind, 'get', { parameters: query('resourceVersion') });
}

function post(kind: KindDefinition): Operation {
  return operation(kind, 'post', { parameters: writing, requestBody: plainBody(ref(schemaName(kind))), responses: answers(ref(schemaName(kind)), '201') });
}

function put(kind: KindDefinition): Operation {
  return operation(kind, 'put', { parameters: writing, requestBody: plainBody(ref(schemaName(kind))) });
}

function patch(kind: KindDefinition): Operation {
  const content = Object.fromEntries(patchTypes.map((type) => [type, { schema: type.includes('json-patch') ? { type: 'array', items: { type: 'object' } } : { type: 'object' } }]));
  return operation(kind, 'patch', { parameters: writing, requestBody: { required: true, content } });
}

function operation(kind: KindDefinition, action: string, more: Operation): Operation {
  return { operationId: `${action}${kind.kind}`, tags: [kind.plural], 'x-kubernetes-action': action, [gvkKeyword]: gvkOf(kind), responses: answers(ref(schemaName(kind)), '200'), ...more };
}

function answers(schema: unknown, ...codes: string[]): Record<string, unknown> {
  const good = Object.fromEntries(codes.map((code) => [code, { description: 'OK', content: { 'application/json': { schema } } }]));
  return { ...good, default: { description: 'A refusal', content: { 'application/json': { schema: ref(statusName) } } } };
}

function plainBody(schema: unknown): unknown {
  return { required: true, content: { 'application/json': { schema } } };
}

function listSchema(kind: KindDefinition): JsonSchema {
  const metadata = { type: 'object', properties: { resourceVersion: { type: 'string' }, continue: { type: 'string' } } };
  const text = { type: 'string' };
  return { type: 'object', required: ['items'], properties: { apiVersion: text, kind: text, metadata, items: { type: 'array', items: ref(schemaName(kind)) } }, [gvkKeyword]: [{ ...gvkOf(kind), kind: `${kind.kind}List` }] };
}

function placeOf(kind: KindDefinition, one: boolean): unknown[] {
  const names = [...(kind.namespaced ? ['namespace'] : []), ...(one ? ['name'] : [])];
  return names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));
}

const flags = ['watch', 'allowWatchBookmarks', 'sendInitialEvents', 'follow'];
const counts = ['timeoutSeconds', 'limit', 'offset'];

function query(...names: string[]): unknown[] {
  const typeOf = (name: string) => (flags.includes(name) ? 'boolean' : counts.includes(name) ? 'integer' : 'string');
  return names.map((name) => ({ name, in: 'query', schema: { type: typeOf(name) } }));
}

const writing = query('dryRun', 'fieldValidation');
