import {
  ActionAnswer,
  actionRequests,
  adminPaths,
  BackupStarted,
  BackupStatus,
  CheckAge,
  CheckRequest,
  CheckResult,
  CommitRequest,
  commitsPath,
  HistoryAnswer,
  HoldAnswer,
  holdPath,
  HoldRequest,
  jobKind,
  KeysStatus,
  leaseKind,
  resourcePath,
  RestoreAnswer,
  RestoreRequest,
  RestoreStateAnswer,
  RestoreStateRequest,
  RotateRootAnswer,
  serviceActions,
  serviceKind,
  ServiceSource,
  StateContent,
  StateHistory,
  TokenAnswer,
  TokenRequest,
  type KindDefinition,
  type ServiceAction,
} from '@spawnit/contract';
import type { Paths } from './document.js';
import { stateExample, streamExample } from './examples.js';
import { answers, placeOf, plainBody, query, textAnswer } from './operations.js';
import { wireSchema } from './schemas.js';

/** Where a part of an object of this kind is, with holes for its name and namespace. */
function at(kind: KindDefinition, subresource: string): string {
  return resourcePath(kind, 'NAME', 'NAMESPACE', subresource).replace('NAMESPACE', '{namespace}').replace('NAME', '{name}');
}

/** What goes beyond the verbs of kinds. */
export function ownPaths(): Paths {
  return {
    [commitsPath]: { post: { operationId: 'commit', description: 'Several writes, all or none.', requestBody: plainBody(wireSchema(CommitRequest, 'input')), responses: answers(committed, '200') } },
    '/apis/spawnit.dev/v1/events-stream': { get: { operationId: 'followEvents', description: 'Changes of several kinds as server-sent events.', parameters: query('kinds', 'namespace', 'ages'), responses: textAnswer('text/event-stream', streamExample) } },
    [holdPath('NAME').replace('NAME', '{name}')]: {
      parameters: placeOf(leaseKind, true),
      post: { operationId: 'holdLease', description: 'Instances of a controller take its lease, renew it and give it back.', requestBody: plainBody(wireSchema(HoldRequest, 'input')), responses: answers(wireSchema(HoldAnswer), '200') },
    },
    ...checkPath(),
    ...actionPaths(),
    ...statePaths(),
    ...keyPaths(),
    ...adminOperations(),
    ...logPaths(),
  } as unknown as Paths;
}

const committed = { type: 'object', required: ['resourceVersion', 'objects'], properties: { resourceVersion: { type: 'string', example: '42' }, objects: { type: 'array', items: { type: 'object', nullable: true } } } };

function checkPath(): Paths {
  return {
    [at(serviceKind, 'check')]: {
      parameters: placeOf(serviceKind, true),
      get: { operationId: 'lastCheck', description: 'The last verdict on the service, and how old it is.', responses: answers(wireSchema(CheckAge), '200') },
      post: { operationId: 'checkService', description: 'Has the service planned now and waits for the verdict.', requestBody: { ...plainBody(wireSchema(CheckRequest, 'input')), required: false }, responses: answers(wireSchema(CheckResult), '200') },
    },
  } as unknown as Paths;
}

function logPaths(): Paths {
  const read = (operationId: string, description: string) => ({ operationId, description, parameters: query('offset', 'follow', 'tail'), responses: textAnswer('text/plain', 'docker_container.this: Creating...\n') });
  return {
    [at(jobKind, 'log')]: { parameters: placeOf(jobKind, true), get: read('readJobLog', 'A job’s log from a byte on.') },
    [at(serviceKind, 'log')]: { parameters: placeOf(serviceKind, true), get: read('readServiceLog', 'The log of the service’s newest job.') },
  } as unknown as Paths;
}

function keyPaths(): Record<string, unknown> {
  const root = answers(wireSchema(RotateRootAnswer), '200');
  const responses = answers(wireSchema(KeysStatus), '200');
  return {
    [adminPaths.keys]: { get: { operationId: 'showKeys', description: 'The keys that seal states and secrets, and how far a rotation is.', responses } },
    [adminPaths.rotateRoot]: { post: { operationId: 'rotateRootKey', description: 'Puts another root key in force, once every server has it.', responses: root } },
    [adminPaths.retireRoot]: { post: { operationId: 'retireRootKey', description: 'Refuses what the root key before has signed.', responses: root } },
    [adminPaths.rotateKey]: { post: { operationId: 'rotateKey', description: 'Adds a key that seals from now on; what older ones sealed is sealed anew in the background.', responses } },
  };
}

function adminOperations(): Paths {
  return {
    [adminPaths.restore]: { post: { operationId: 'restore', description: 'Makes what was declared as it was at a point of the log, or tells what that would change.', requestBody: plainBody(wireSchema(RestoreRequest, 'input')), responses: answers(wireSchema(RestoreAnswer), '200') } },
    [adminPaths.history]: { get: { operationId: 'listHistory', description: 'Who changed what: the last transactions of the log.', parameters: query('last', 'by'), responses: answers(wireSchema(HistoryAnswer), '200') } },
    [adminPaths.sweepUnknown]: { post: { operationId: 'sweepUnknown', description: 'After a restore from a backup: lets agents remove what no record knows.', responses: answers({ type: 'object', required: ['changed'], properties: { changed: { type: 'boolean' } } }, '200') } },
    [adminPaths.tokens]: { post: { operationId: 'createToken', description: 'A token of a person who has business in some namespaces alone.', requestBody: plainBody(wireSchema(TokenRequest, 'input')), responses: answers(wireSchema(TokenAnswer), '201') } },
    [adminPaths.backups]: {
      get: { operationId: 'listBackups', description: 'Backups that are kept, and how the last attempt ended.', responses: answers(wireSchema(BackupStatus), '200') },
      post: { operationId: 'makeBackup', description: 'Begins a backup, which goes on by itself.', responses: answers(wireSchema(BackupStarted), '202') },
    },
    [adminPaths.format]: {
      get: { operationId: 'showFormat', description: 'The format of the store that is written, and the newest that this server knows.', responses: format },
      post: { operationId: 'raiseFormat', description: 'Writes the newest format from now on: the end of a rolling upgrade.', responses: format },
    },
  } as unknown as Paths;
}

const formatNumber = { type: 'integer', minimum: 1 };
const format = answers({ type: 'object', required: ['format', 'newest'], properties: { format: formatNumber, newest: formatNumber } }, '200');

const actionTexts: Record<ServiceAction, string> = {
  revert: 'Applies again what is declared, so that drift is gone.',
  restart: 'Makes anew what runs, and leaves what holds data.',
  retry: 'Begins the next attempt at once, also where none would follow.',
  'drift/accept': 'Declares the live values of drifted fields.',
  'drift/ignore': 'Calls drifted fields no drift, and leaves them as they are.',
  rollback: 'Declares what a revision has kept.',
  approve: 'Has the plan that waits applied.',
  reject: 'Has the plan that waits not applied, and says why.',
  cancel: 'Ends the job under way.',
};

function actionPaths(): Paths {
  const responses = answers(wireSchema(ActionAnswer), '200');
  const operation = (action: ServiceAction) => {
    const body = wireSchema(actionRequests[action], 'input');
    const operationId = `${action.replace(/\/(.)/, (_, letter: string) => letter.toUpperCase())}Service`;
    return { parameters: placeOf(serviceKind, true), post: { operationId, description: actionTexts[action], parameters: query('dryRun', 'fieldManager'), requestBody: plainBody(body), responses } };
  };
  return Object.fromEntries(serviceActions.map((action) => [at(serviceKind, action), operation(action)])) as unknown as Paths;
}

function statePaths(): Paths {
  const place = placeOf(serviceKind, true);
  const one = [...place, { name: 'serial', in: 'path', required: true, schema: { type: 'string' }, description: 'A serial, or "current".' }];
  return {
    [at(serviceKind, 'source')]: { parameters: place, get: { operationId: 'showSource', description: 'The files that the service was applied from, and where its node publishes ports.', responses: answers(wireSchema(ServiceSource), '200') } },
    [at(serviceKind, 'state')]: { parameters: place, get: { operationId: 'listStates', description: 'The serials of the tofu state that are kept.', responses: answers(wireSchema(StateHistory), '200') } },
    [at(serviceKind, 'state/{serial}')]: { parameters: one, get: { operationId: 'showState', description: 'What a state holds, without what is sensitive.', responses: answers(wireSchema(StateContent), '200') } },
    [at(serviceKind, 'state/{serial}/raw')]: { parameters: one, get: { operationId: 'pullState', description: 'The state as tofu wrote it, secrets included; noted in an event.', responses: answers({ type: 'object', example: stateExample }, '200') } },
    [at(serviceKind, 'state/restore')]: {
      parameters: place,
      post: { operationId: 'restoreState', description: 'Makes an earlier state the current one, under a new serial.', requestBody: plainBody(wireSchema(RestoreStateRequest, 'input')), responses: answers(wireSchema(RestoreStateAnswer), '200') },
    },
  } as unknown as Paths;
}
