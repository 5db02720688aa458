import { fail } from '../errors/causes.js';
import type { Engine } from '../docker/engine.js';

/**
 * Whether a service's containers have stayed up so far. One that has done its work and ended with 0 is fine; one made since
 * `since` (ms, wall clock of this machine, which is the engine's) that the engine has started again already is not.
 */
export async function verify(engine: Engine, uid: string, since: number): Promise<void> {
  const containers = (await engine.objects({ uid })).filter(({ kind }) => kind === 'container');
  for (const { id, name } of containers) {
    const found = await engine.inspectContainer(id);
    if (found === undefined) continue;
    const { Status: status, ExitCode: code, Error: error } = found.State;
    const down = status === 'exited' || status === 'dead' || status === 'restarting';
    const again = Date.parse(found.Created) >= since && found.RestartCount > 0;
    if (again && !down) fail('Crashed', `container ${name} has ended and been started again ${found.RestartCount} times since it was made`, error || undefined);
    if (down && code !== 0) fail('Crashed', `container ${name} ended with ${code} right after its start`, error || undefined);
  }
}
