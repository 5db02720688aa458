import { optionsOrExit, soak as command } from '@spawnit/local';
import { runCommand } from '../chaos/command.js';
import { soak } from './soak.js';
import { grows, trendOf, type Trend } from './trend.js';

/** By how much it may grow in an hour before it is called a leak. What is not named is told and not judged. */
const allowedPerHour: Record<string, number> = { heapMb: 5, fds: 10, sockets: 10, threads: 2, orphans: 0.5 };
/** In less, connections and caches are still being filled. */
const leastHours = 1;

const { hours, services, agents, seed, engine } = optionsOrExit(command, process.argv.slice(2));
const write = (line: string) => void process.stdout.write(`${line}\n`);

await runCommand(async (t) => {
  const { series, steps, jobs, findings } = await soak(t, { hours, services, agents, seed, engine, write });
  const growing: string[] = [];
  for (const [name, measured] of series) {
    const told = [...measured].map(([what, points]) => {
      const trend = trendOf(points);
      if (grows(trend, allowedPerHour[what] ?? Infinity)) growing.push(`${what} of ${name}`);
      return tell(what, trend);
    });
    write(`${name.padEnd(16)} ${told.join('; ')}`);
  }
  const told = growing.length > 0 ? `GROWING: ${growing.join(', ')}` : 'nothing grows';
  const verdict = hours < leastHours ? `too short for a verdict (so far: ${told})` : told;
  write(`soak of ${hours} h: ${services} services, ${steps} steps, ${jobs} jobs, ${findings.broken.length} promises broken, ${verdict}`);
  process.exitCode = findings.broken.length > 0 || (hours >= leastHours && growing.length > 0) ? 1 : 0;
});

function tell(what: string, { first, last, highest, perHour, within }: Trend): string {
  const [from, to, most] = [first, last, highest].map((value) => value.toFixed(what.endsWith('Mb') ? 1 : 0));
  return `${what} ${from} → ${to} (most ${most}), ${perHour >= 0 ? '+' : ''}${perHour.toFixed(1)} ± ${within.toFixed(1)} an hour`;
}
