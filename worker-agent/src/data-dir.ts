import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Takes an agent's data folder for this process. Throws when another living agent has it; gives what lets it go again. */
export async function takeDataDir(dir: string): Promise<() => Promise<void>> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const file = join(dir, 'agent.pid');
  const holder = await readFile(file, 'utf8').catch(() => '');
  const [pid, start] = holder.split(' ');
  if (pid && start && Number(pid) !== process.pid && startOf(Number(pid)) === start) throw new Error(`${dir} is in use by another agent (process ${pid}): give each agent its own SPAWNIT_DATA_DIR`);
  await writeFile(file, `${process.pid} ${startOf(process.pid) ?? ''}`, { mode: 0o600 });
  return () => rm(file, { force: true });
}

/**
 * When a living process was started, in clock ticks since boot: with its id, that names a process for good. One that has ended
 * and that nobody has asked for its end yet (a zombie) does not live. Fields as in proc(5).
 */
function startOf(pid: number): string | undefined {
  try {
    const [state, ...fields] = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)!.split(' ');
    return state === 'Z' || state === 'X' ? undefined : fields[18];
  } catch {
    return undefined;
  }
}
