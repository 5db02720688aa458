import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

/** Takes an agent's data folder for this process. Throws when another living agent has it; gives what lets it go again. */
export async function takeDataDir(dir: string): Promise<() => Promise<void>> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const file = join(dir, 'agent.pid');
  const holder = await readFile(file, 'utf8').catch(() => '');
  const [pid, start] = holder.split(' ');
  if (pid && start && Number(pid) !== process.pid && startOf(Number(pid)) === start) throw inUse(dir, `process ${pid}`);
  const letGo = await claimInKernel(dir);
  await writeFile(file, `${process.pid} ${startOf(process.pid) ?? ''}`, { mode: 0o600 });
  return async () => {
    await rm(file, { force: true });
    await letGo();
  };
}

/**
 * Of several that look at the file at one instant just one gets a socket of this name, which goes with its process, however
 * that ends (unix(7), abstract sockets). Who is in another network namespace has other ones: for those there is the file.
 */
async function claimInKernel(dir: string): Promise<() => Promise<unknown>> {
  const { dev, ino } = await stat(dir);
  const server = createServer((socket) => socket.destroy()).unref();
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(error.code === 'EADDRINUSE' ? inUse(dir, 'it was started just now') : error));
    server.listen(`\0spawnit-agent-${dev}-${ino}`, resolve);
  });
  return () => new Promise((resolve) => server.close(resolve));
}

function inUse(dir: string, who: string): Error {
  return new Error(`${dir} is in use by another agent (${who}): give each agent its own SPAWNIT_DATA_DIR`);
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
