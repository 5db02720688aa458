import { chaos, optionsOrExit } from '@spawnit/local';
import { runCommand } from './command.js';
import { runChaos } from './chaos.js';
import { reportOf } from './report.js';

const { only, ...options } = optionsOrExit(chaos, process.argv.slice(2));
const write = (line: string) => void process.stdout.write(`${line}\n`);

await runCommand(async (t) => {
  const outcome = await runChaos(t, { ...options, only: only.split(',').filter((sort) => sort !== ''), write });
  for (const line of reportOf(outcome)) write(line);
  process.exitCode = outcome.findings.broken.length > 0 ? 1 : 0;
});
