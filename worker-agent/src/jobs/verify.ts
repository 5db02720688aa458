import { fail } from '../errors/causes.js';
import type { Engine } from '../docker/engine.js';

/** Whether a service's containers have stayed up so far. One that has done its work and ended with 0 is fine. */
export async function verify(engine: Engine, uid: string): Promise<void> {
  const containers = (await engine.objects(uid)).filter(({ kind }) => kind === 'container');
  for (const { id, name } of containers) {
    const found = await engine.inspectContainer(id);
    if (found === undefined) continue;
    const { Status: status, ExitCode: code, Error: error } = found.State;
    const down = status === 'exited' || status === 'dead' || status === 'restarting';
    if (down && code !== 0) fail('Crashed', `container ${name} ended with ${code} right after its start`, error || undefined);
  }
}
