import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheRoot } from '@spawnit/local';
import { tempDir, type Teardown } from '@spawnit/testkit';

/** What a provider does when a resource is read. `Expired`: it answers with noise until it is started anew. */
export type Fault = 'None' | 'Crash' | 'Hang' | 'Garble' | 'CutShort' | 'Leak' | 'Expired';

/**
 * A mirror whose Docker provider misbehaves while it is kept warm. tofu itself, which asks for TLS, is given the real one: so
 * a usual run is what it always is.
 */
export function misbehavingMirror(t: Teardown): { cliConfig: string; misbehave(fault: Fault): void } {
  const dir = tempDir(t);
  const path = ['registry.opentofu.org', 'kreuzwerker', 'docker'];
  const [version = ''] = readdirSync(join(cacheRoot(), 'providers', ...path));
  const [platform = ''] = readdirSync(join(cacheRoot(), 'providers', ...path, version));
  const [name = ''] = readdirSync(join(cacheRoot(), 'providers', ...path, version, platform)).filter((each) => each.startsWith('terraform-provider-'));
  const real = join(cacheRoot(), 'providers', ...path, version, platform, name);
  const folder = join(dir, 'mirror', ...path, version, platform);
  const fault = join(dir, 'fault');
  const program = fileURLToPath(new URL('./misbehaving-provider.js', import.meta.url));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), `#!/bin/sh\n[ -n "$PLUGIN_CLIENT_CERT" ] && exec '${real}' "$@"\nexec '${process.execPath}' '${program}' '${real}' '${fault}'\n`);
  chmodSync(join(folder, name), 0o755);
  const cliConfig = join(dir, 'tofu.rc');
  writeFileSync(cliConfig, `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(join(dir, 'mirror'))}\n  }\n}\n`);
  const misbehave = (what: Fault) => writeFileSync(fault, what);
  misbehave('None');
  return { cliConfig, misbehave };
}
