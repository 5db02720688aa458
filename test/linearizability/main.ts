import { parseArgs } from 'node:util';
import { report } from './report.js';
import { run } from './run.js';

/** `npm run linearizability -- --histories N [--operations N] [--servers N] [--seed S]`. */
const { values } = parseArgs({ options: { histories: { type: 'string', default: '200' }, operations: { type: 'string', default: '2000' }, servers: { type: 'string', default: '3' }, seed: { type: 'string', default: '1' } } });
const ends: (() => unknown)[] = [];
const [histories, operations, servers, seed] = [values.histories, values.operations, values.servers, values.seed].map(Number) as [number, number, number, number];
try {
  const outcome = await run({ teardown: (end: () => unknown) => void ends.unshift(end) }, { histories, operations, servers, seed });
  for (const line of [...outcome.violations, ...report(outcome, histories)]) console.log(line);
  process.exitCode = outcome.violations.length > 0 ? 1 : 0;
} finally {
  for (const end of ends) await end();
}
