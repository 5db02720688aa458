import { parseArgs } from 'node:util';
import { replaceTimeAndChance } from './time/virtual-globals.js';
import { Report } from './report.js';
import { simulate } from './simulate.js';
import { tellAll, tellRequests } from './tell.js';

const { values } = parseArgs({ options: { seeds: { type: 'string', default: '500' }, seed: { type: 'string', default: '1' }, verbose: { type: 'boolean', default: false } } });
const [seeds, first] = [Number(values.seeds), Number(values.seed)];
const write = (line: string) => process.stdout.write(`${line}\n`);
const realNow = performance.now.bind(performance);
const started = realNow();

process.on('unhandledRejection', (error) => {
  write(`unhandled: ${error instanceof Error ? error.stack : String(error)}`);
  process.exit(2);
});
replaceTimeAndChance();
const report = new Report();
for (let seed = first; seed < first + seeds; seed++) {
  const outcome = await simulate(seed, values.verbose ? { log: (world) => tellAll(world, write), onWorld: (world) => tellRequests(world, write) } : {});
  report.add(outcome);
  for (const broken of outcome.broken) write(`seed ${seed}: ${broken}`);
}
for (const line of report.lines(performanceSeconds())) write(line);
process.exit(report.broken > 0 ? 1 : 0);

function performanceSeconds(): number {
  return (realNow() - started) / 1_000;
}
