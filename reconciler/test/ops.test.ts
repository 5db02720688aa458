import t from 'tap';
import { opsFor } from '../src/ops.js';
import type { Action } from '../src/observed.js';
import { job, now, service } from './fixtures.js';

const said = (actions: Action[], of = service({ deleted: true })) => opsFor(of, actions, now).map(({ verb, object }) => `${verb} ${object.kind}`);
const event: Action = { type: 'event', event: { type: 'Normal', reason: 'Destroyed', message: 'gone' } };

t.test('the record goes last, and its status is not written when it goes', async (t) => {
  t.same(said([{ type: 'updateStatus', status: {} }, { type: 'removeFinalizer' }, event]), ['create Event', 'update Service']);
});

t.test('when others still hold the record its status is written', async (t) => {
  const held = service({ deleted: true, finalizers: ['spawnit.dev/destroy', 'example.org/other'] });
  t.same(said([{ type: 'updateStatus', status: {} }, { type: 'removeFinalizer' }], held), ['updateStatus Service', 'update Service']);
});

t.test('what was read is named by its version, so that old news is refused', async (t) => {
  const ops = opsFor(service(), [{ type: 'updateStatus', status: {} }, { type: 'cancelPending', job: job() }, { type: 'requestCancel', job: job(), reason: 'x' }], now);
  t.same(ops.map(({ object }) => object.metadata['resourceVersion']), ['7', '8', '8']);
  t.match(ops[1]?.object['status'], { phase: 'Cancelled', completionTime: now });
  t.match(ops[2]?.object['spec'], { cancel: true, cancelReason: 'x' });
});

t.test('what is deleted is named and not repeated: many that are large go by one commit', async (t) => {
  const [op] = opsFor(service(), [{ type: 'deleteJob', job: job() }], now);
  t.same(Object.keys(op!.object), ['apiVersion', 'kind', 'metadata']);
  t.match(op!.object.metadata, { name: job().metadata.name, resourceVersion: '8' });
});
