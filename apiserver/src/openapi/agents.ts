import { agentPaths, CheckOrder, CheckResult, ClaimAnswer, ClaimRequest, FinishRequest, HeartbeatAnswer, HeartbeatRequest, Inventory, JoinAnswer, JoinRequest, LogAnswer, ModuleBundle, ProgressRequest, Suspicions } from '@spawnit/contract';
import type { z } from 'zod';
import type { Paths } from './document.js';
import { stateExample } from './examples.js';
import { answers, plainBody, query, textAnswer, type Operation } from './operations.js';
import { otherMethods } from './map-operations.js';
import { refusedWith } from './refusals.js';
import { sample } from './sample.js';
import { wireSchema } from './schemas.js';

const job = ['{namespace}', '{job}'] as const;
const done = answers({ type: 'object' }, '200');

/** What agents say and ask under /agent/v1, and tofu under /state/v1. */
export function agentPathsDocument(): Paths {
  return Object.fromEntries(Object.entries({ ...nodePaths(), ...jobPaths(), ...bundlePath(), ...statePaths() }).map(([path, item]) => {
    const plain = path.replaceAll('%7B', '{').replaceAll('%7D', '}');
    return [plain, { ...(plain.includes('{') && { parameters: holesOf(plain) }), ...item }];
  })) as unknown as Paths;
}

function holesOf(path: string): unknown[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({ name, in: 'path', required: true, schema: { type: 'string', maxLength: 253 } }));
}

function said(operationId: string, description: string, request: z.ZodType, answer?: z.ZodType): Operation {
  return { operationId, description, tags: ['agents'], requestBody: plainBody(wireSchema(request, 'input')), responses: answer ? answers(wireSchema(answer), '200') : done };
}

function asked(operationId: string, description: string, responses: Record<string, unknown>): Operation {
  return { operationId, description, tags: ['agents'], responses };
}

function nodePaths(): Record<string, object> {
  const lines = (of: z.ZodType) => textAnswer('application/x-ndjson', `{}\n${JSON.stringify(sample(wireSchema(of)))}\n`);
  return {
    [agentPaths.join]: { post: said('joinNode', 'A machine becomes a node and gets its token.', JoinRequest, JoinAnswer) },
    [agentPaths.heartbeat('{node}')]: { post: said('heartbeat', 'Renews the node’s lease and tells which jobs are no longer its own.', HeartbeatRequest, HeartbeatAnswer) },
    [agentPaths.inventory('{node}')]: { get: asked('readInventory', 'What may stand on the node’s engine.', { ...answers(wireSchema(Inventory), '200'), ...refusedWith('Conflict') }) },
    [agentPaths.checks('{node}')]: { get: asked('followChecks', 'Orders for drift checks, as lines of JSON.', lines(CheckOrder)) },
    [agentPaths.checkResult('{node}', '{id}')]: { post: said('answerCheck', 'The verdict of a check.', CheckResult) },
    [agentPaths.suspicions('{node}')]: { post: said('suspect', 'Services of which the engine has told something.', Suspicions) },
    [agentPaths.allSuspicions]: { get: asked('followSuspicions', 'Suspicions of all nodes, as lines of JSON.', lines(Suspicions)) },
  };
}

function jobPaths(): Record<string, object> {
  return {
    [agentPaths.claim(...job)]: { post: said('claimJob', 'Gives an assigned job to its node, with all that its run needs.', ClaimRequest, ClaimAnswer) },
    [agentPaths.progress(...job)]: { post: said('reportProgress', 'What a running job has come to.', ProgressRequest) },
    [agentPaths.finish(...job)]: { post: said('finishJob', 'How a job has ended.', FinishRequest) },
    [agentPaths.log(...job)]: { post: { ...asked('appendLog', 'A piece of a running job’s log.', answers(wireSchema(LogAnswer), '200')), parameters: query('offset'), requestBody: bytes('text/plain', 'docker_container.this: Creating...\n') } },
  };
}

function bundlePath(): Record<string, object> {
  return { [agentPaths.bundle('{module}')]: { get: asked('readBundle', 'The files of a module.', answers(wireSchema(ModuleBundle), '200')) } };
}

const lockExample = { ID: 'b8b1a6f2', Operation: 'OperationTypeApply', Who: 'run@n1' };

/** tofu's `http` backend: a run says who it is by basic auth, with its token as the password. */
function statePaths(): Record<string, object> {
  const security = [{ run: [] }];
  const empty = { 200: { description: 'Done; there is nothing to say.' }, ...refusedWith('StateLocked') };
  const lockId = { name: 'ID', in: 'query', schema: { type: 'string', maxLength: 200 }, description: 'Of the lock that the run holds.' };
  const lock = (operationId: string, description: string) => ({ ...asked(operationId, description, empty), security, requestBody: { content: { 'application/json': { schema: { type: 'object' }, example: lockExample } } } });
  return {
    [agentPaths.state('{namespace}', '{service}')]: {
      get: { ...asked('readState', 'The state as tofu wrote it.', { 200: { description: 'OK', content: { 'application/json': { schema: { type: 'object' }, example: stateExample } } }, ...refusedWith('Conflict') }), security },
      post: { ...asked('writeState', 'The next state, under the lock.', empty), security, parameters: [lockId], requestBody: bytes('application/json', stateExample) },
      [otherMethods]: { LOCK: lock('lockState', 'Takes the lock; 423 names its holder.'), UNLOCK: lock('unlockState', 'Gives the lock back.') },
    },
    [agentPaths.recoverState('{namespace}', '{service}')]: { post: { ...asked('recoverState', 'A state that could not be handed in at its time.', empty), security, requestBody: bytes('application/json', stateExample) } },
  };
}

function bytes(type: string, example: unknown): unknown {
  return { required: true, content: { [type]: { schema: { type: typeof example === 'string' ? 'string' : 'object' }, example } } };
}
