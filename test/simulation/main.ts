import { optionsOrExit, simulation } from '@spawnit/local';
import { removed } from './guards/removed.js';
import { replaceTimeAndChance } from './time/virtual-globals.js';
import { Report } from './report.js';
import { simulate } from './simulate.js';
import { tellAll, tellRequests } from './tell.js';
import { characters } from './trouble/trouble.js';
import type { World } from './world.js';

const { seeds, seed: first, without, character: wanted, all, verbose } = optionsOrExit(simulation, process.argv.slice(2));
const guards = without === '' ? undefined : removed[without];
if (without !== '' && guards === undefined) refuse(`there is no guard ${JSON.stringify(without)}: there are ${Object.keys(removed).join(', ')}`);
const character = characters.find((each) => each === wanted);
if (character === undefined && wanted !== '') refuse(`there is no character ${JSON.stringify(wanted)}: there are ${characters.join(', ')}`);
const write = (line: string) => process.stdout.write(`${line}\n`);
const realNow = performance.now.bind(performance);
const started = realNow();

process.on('unhandledRejection', (error) => {
  write(`unhandled: ${error instanceof Error ? error.stack : String(error)}`);
  process.exit(2);
});
let asked = false;
// A run of hours that is broken off still tells what it has seen.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void (asked = true));
replaceTimeAndChance();
const report = new Report();
for (let seed = first; seed < first + seeds && !asked; seed++) {
  const telling = verbose ? { log: (world: () => World) => tellAll(world, write), onWorld: (world: World) => tellRequests(world, write) } : {};
  const outcome = await simulate(seed, { guards, character, ...telling });
  report.add(outcome);
  for (const broken of outcome.broken) write(`seed ${seed}: ${broken}`);
  // Without a guard one seed that shows it is enough.
  if (guards && outcome.broken.length > 0 && !all) break;
}
for (const line of report.lines({ seconds: (realNow() - started) / 1_000, cpuSeconds: cpuSeconds() })) write(line);
process.exit(report.broken > 0 ? 1 : 0);

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function refuse(why: string): never {
  process.stderr.write(`✗ ${why}\n`);
  process.exit(2);
}
