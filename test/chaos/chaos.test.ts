import t from 'tap';
import { machineEngine } from '../e2e/scene.js';
import { runChaos } from './chaos.js';
import { reportOf } from './report.js';

t.test('60 faults on real processes, store, engine and tofu while people work on 20 services break no promise', { timeout: 1_190_000 }, async (t) => {
  const seed = 1;
  const lines: string[] = [];
  const outcome = await runChaos(t, { seed, faults: 60, services: 20, minutes: 12, batch: 15, agents: 3, engine: machineEngine, write: (line) => void lines.push(line) });
  for (const line of reportOf(outcome)) t.comment(line);
  if (!t.same(outcome.findings.broken, [], 'no promise was broken')) for (const line of lines) t.comment(line);
  t.equal([...outcome.faults.values()].reduce((sum, count) => sum + count, 0), 60);
  t.ok(outcome.engineCalls > 40, `${outcome.engineCalls} changes of the engine were judged`);
});
