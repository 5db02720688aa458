import t from 'tap';
import { ApiError, errorTable, Status, type ErrorCode } from '../src/errors.js';

t.test('every error survives the way over the wire', async (t) => {
  for (const code of Object.keys(errorTable) as ErrorCode[]) {
    const sent = new ApiError(code, `about ${code}`, { kind: 'Service', name: 'web', causes: [{ field: 'spec.x', message: 'no' }], retryAfterSeconds: 3 });
    const read = ApiError.fromStatus(Status.parse(JSON.parse(JSON.stringify(sent.toStatus()))));
    t.match({ code: read.code, message: read.message, status: read.status }, { code, message: `about ${code}`, status: errorTable[code].status });
    t.match(read.details, { name: 'web', causes: [{ field: 'spec.x' }], retryAfterSeconds: 3 });
  }
});

t.test('what only the log may see is not sent', async (t) => {
  const sent = JSON.stringify(new ApiError('InternalError', 'something broke', { internal: new Error('secret detail') }).toStatus());
  t.notMatch(sent, /secret detail/);
});

t.test('only an apiserver says that something is not there', async (t) => {
  const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', code: 404 } as const;
  const [own, foreign] = [ApiError.fromStatus(status), ApiError.fromStatus(status, { foreign: true })];
  t.ok(ApiError.is(own, 'NotFound'));
  t.notOk(ApiError.is(foreign, 'NotFound', 'Conflict'), 'a balancer without servers answers so of everything');
  t.ok(ApiError.is(foreign));
  t.ok(ApiError.is(ApiError.fromStatus({ ...status, code: 413 }, { foreign: true }), 'PayloadTooLarge'), 'what is too large is so for whoever says it');
});

t.test('a status of unknown reason is read by its code', async (t) => {
  const read = ApiError.fromStatus({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', reason: 'Odd', code: 404 });
  t.equal(read.code, 'NotFound');
});
