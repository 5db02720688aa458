import { ApiError } from '@spawnit/contract';
import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { storeFailure } from '../store-failure.js';
import { runAt } from './caller.js';
import { parseJson } from './parse.js';
import type { LockInfo, RunIdentity } from './records.js';
import { StateRefused, type States } from './states.js';

/** tofu has no time-out of its own: an answer within this, or 503, upon which it sends the same bytes again. */
const answerWithinMs = 9_000;
const bodyLimit = 16 * 1024 * 1024;

const LockBody = z.looseObject({ ID: z.string().min(1).max(200) });

/** tofu's `http` backend: GET, POST, LOCK and UNLOCK of a service's state, and the way in for a state that could not be written. */
export async function stateRoutes(app: FastifyInstance, states: States): Promise<void> {
  for (const method of ['LOCK', 'UNLOCK']) app.addHttpMethod(method, { hasBody: true });
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit }, async (_request: FastifyRequest, body: Buffer) => body);
    const route = (method: string, url: string, answer: Answer) => scope.route({ method, url, bodyLimit, handler: (request, reply) => answered(request, reply, answer) });
    route('GET', path, async (run, _request, reply) => givenState(reply, await states.read(run)));
    route('POST', path, (run, request) => states.write(run, stateBody(request), { lock: lockId(request) }));
    route('POST', `${path}/recover`, (run, request) => states.write(run, stateBody(request), { recovered: true, of: leftBy(request) }));
    route('LOCK', path, (run, request) => states.lock(run, lockInfo(request)));
    route('UNLOCK', path, (run, request) => states.unlock(run, bytesOf(request).length > 0 ? lockInfo(request).ID : undefined));
  });
}

const path = '/state/v1/:namespace/:service';
type Answer = (run: RunIdentity, request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

async function answered(request: FastifyRequest, reply: FastifyReply, answer: Answer): Promise<unknown> {
  try {
    const body = await inTime(answer(runAt(request), request, reply));
    return body ?? reply.code(200).send();
  } catch (error) {
    if (!(error instanceof StateRefused)) throw storeFailure(error);
    request.log.warn({ code: error.error.code, why: error.message }, 'state refused');
    return reply.code(error.error.status).send({ ...error.error.toStatus(), ...error.heldBy });
  }
}

/** The work goes on when its time is over; what it commits is found by the retry. */
async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new ApiError('ServiceUnavailable', 'the object store did not answer in time: send the same again', { retryAfterSeconds: 1 })), answerWithinMs);
  });
  work.catch(() => undefined);
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

function givenState(reply: FastifyReply, state: Buffer | undefined): Buffer {
  if (state === undefined) throw new ApiError('NotFound', 'no state was ever written for this service');
  void reply.header('content-type', 'application/json').header('cache-control', 'no-store');
  return state;
}

function bytesOf(request: FastifyRequest): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
}

/** Throws BadRequest when the bytes are not those that were sent. */
function stateBody(request: FastifyRequest): Buffer {
  const body = bytesOf(request);
  const told = request.headers['content-md5'];
  if (told !== undefined && told !== createHash('md5').update(body).digest('base64')) throw new ApiError('BadRequest', 'the state is not what Content-MD5 says: it was changed or cut on its way');
  return body;
}

/** The epoch of the run that left a state, which a later one may hand in. */
function leftBy(request: FastifyRequest): number | undefined {
  const { epoch } = request.query as { epoch?: unknown };
  if (epoch === undefined) return undefined;
  if (typeof epoch !== 'string' || !/^\d{1,15}$/.test(epoch)) throw new ApiError('BadRequest', 'epoch must be a whole number: that of the run which left this state');
  return Number(epoch);
}

function lockId(request: FastifyRequest): string | undefined {
  const { ID } = request.query as { ID?: unknown };
  return typeof ID === 'string' && ID !== '' ? ID : undefined;
}

function lockInfo(request: FastifyRequest): LockInfo {
  const parsed = LockBody.safeParse(parseJson(bytesOf(request)));
  if (!parsed.success) throw new ApiError('BadRequest', 'the body is no lock info: it must be a JSON object with ID');
  const text = (key: keyof LockInfo) => (typeof parsed.data[key] === 'string' ? (parsed.data[key] as string).slice(0, 500) : undefined);
  const info = { ID: parsed.data.ID, Operation: text('Operation'), Info: text('Info'), Who: text('Who'), Version: text('Version'), Created: text('Created'), Path: text('Path') };
  return Object.fromEntries(Object.entries(info).filter(([, value]) => value !== undefined)) as unknown as LockInfo;
}
