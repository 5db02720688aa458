import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { cacheRoot } from '@spawnit/local';

export interface Reattachable {
  pid: number;
  environment: Record<string, string>;
  close(): Promise<void>;
}

/** The Docker provider, started for tofu to come to, as its developers do. */
export async function reattachable(): Promise<Reattachable> {
  const versions = join(cacheRoot(), 'providers', 'registry.opentofu.org', 'kreuzwerker', 'docker');
  const [version] = readdirSync(versions);
  const folder = join(versions, version!, readdirSync(join(versions, version!))[0]!);
  const child = spawn(join(folder, readdirSync(folder)[0]!), ['-debug'], { stdio: ['ignore', 'pipe', 'ignore'] });
  let said = '';
  for await (const piece of child.stdout) {
    said += String(piece);
    if (/TF_REATTACH_PROVIDERS='[^']*'/.test(said)) break;
  }
  const entries = JSON.parse(/TF_REATTACH_PROVIDERS='([^']*)'/.exec(said)![1]!) as Record<string, unknown>;
  return {
    pid: child.pid!,
    // It names itself by the registry of another program.
    environment: { TF_REATTACH_PROVIDERS: JSON.stringify({ 'registry.opentofu.org/kreuzwerker/docker': Object.values(entries)[0] }) },
    close: async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}
