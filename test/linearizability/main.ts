import { linearizability, optionsOrExit } from '@spawnit/local';
import { report } from './report.js';
import { run } from './run.js';

/** `npm run linearizability`. */
const { histories, operations, servers, seed } = optionsOrExit(linearizability, process.argv.slice(2));
const ends: (() => unknown)[] = [];
try {
  const outcome = await run({ teardown: (end: () => unknown) => void ends.unshift(end) }, { histories, operations, servers, seed });
  for (const line of [...outcome.violations, ...report(outcome, histories)]) console.log(line);
  process.exitCode = outcome.violations.length > 0 ? 1 : 0;
} finally {
  for (const end of ends) await end();
}
