import { parseArgs } from 'node:util';
import { runCommand } from './command.js';
import { runChaos } from './chaos.js';
import { reportOf } from './report.js';

const number = (fallback: number) => ({ type: 'string' as const, default: String(fallback) });
const { values } = parseArgs({ options: { faults: number(500), services: number(50), seed: number(1), minutes: number(60), batch: number(12), agents: number(4), engine: { type: 'string', default: 'unix:///var/run/docker.sock' }, only: { type: 'string', default: '' } } });
const write = (line: string) => void process.stdout.write(`${line}\n`);

await runCommand(async (t) => {
  const { faults, services, seed, minutes, batch, agents, engine, only } = values;
  const options = { faults: Number(faults), services: Number(services), seed: Number(seed), minutes: Number(minutes), batch: Number(batch), agents: Number(agents), engine, only: only.split(',').filter((sort) => sort !== '') };
  const outcome = await runChaos(t, { ...options, write });
  for (const line of reportOf(outcome)) write(line);
  process.exitCode = outcome.findings.broken.length > 0 ? 1 : 0;
});
