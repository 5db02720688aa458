import { Registry } from 'prom-client';
import t from 'tap';
import type { Client, Service } from '@spawnit/contract';
import { driftMetrics } from '../src/metrics.js';
import { verdictRecorder } from '../src/record.js';
import { aField, aResult, aService, now } from './builders.js';

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

t.test('a verdict that turns back before the watch has brought the one before is written all the same', async (t) => {
  const late = aService('a');
  let stored = late;
  const standInClient = {
    commit: async (operations: { object: Service }[]) => void (stored = operations[0]!.object),
    services: { get: async () => stored },
  } as unknown as Pick<Client, 'commit' | 'services'>;
  let seen = late;
  const record = verdictRecorder({ client: standInClient, seen: () => seen, log: quiet, wall: () => now, metrics: driftMetrics(new Registry()) });
  const found = (verdict: 'Compliant' | 'Drifted') => record({ ordered: aService('a'), outcome: { verdict, result: aResult({ verdict, fields: verdict === 'Drifted' ? [aField('memory')] : [] }) }, unknowns: 0, everyMs: 10_000, why: { reason: 'NodeBusy', message: '' } });
  await found('Compliant');
  seen = stored;
  await found('Drifted');
  t.equal(stored.status?.drift?.verdict, 'Drifted');
  await found('Compliant');
  t.equal(stored.status?.drift?.verdict, 'Compliant');
});
