import type { ServerContext } from '../context.js';
import { keyIdOf } from '../secrets/envelope.js';
import { isUnnamed, namedKeys, unname } from '../state/unnamed.js';

/**
 * Which of these keys sealed objects that no record names: put by a server that was killed before it could name them, or
 * marked since. Those that have no mark get one, so that they are erased in time. `innocent` remembers what was looked at.
 */
export async function objectsUnder({ objects, registry, now }: ServerContext, ids: ReadonlySet<string>, innocent: Set<string>): Promise<Set<string>> {
  const keys = await objects.list('clients/');
  await registry.sync();
  const there = new Set(keys);
  for (const key of innocent) if (!there.has(key)) innocent.delete(key);
  const named = namedKeys(registry.view);
  const found = new Set<string>();
  const strays: string[] = [];
  for (const key of keys.filter((each) => !named.has(each) && !innocent.has(each))) {
    const sealed = await objects.get(key);
    const id = sealed && keyIdOf(sealed);
    if (id === undefined || !ids.has(id)) {
      innocent.add(key);
      continue;
    }
    found.add(id);
    if (!isUnnamed(registry.view, key)) strays.push(key);
  }
  if (strays.length > 0) await registry.write('apiserver', (view) => ({ ops: unname(strays.filter((key) => !namedKeys(view).has(key)), now()), result: undefined }));
  return found;
}
