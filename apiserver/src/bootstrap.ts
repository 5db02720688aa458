import { namespaceKind, type Identity, type Resource } from '@spawnit/contract';
import { randomUUID } from 'node:crypto';
import { clusterKey } from './auth/root-keys.js';
import type { ServerContext } from './context.js';
import { find } from './resources/records.js';
import { dataKey } from './secrets/data-keys.js';
import { activeId, addKey, firstKey } from './secrets/key-ring.js';
import { planCreate } from './resources/write.js';
import { formatKey, formats } from './store/log/format.js';
import type { Op } from './store/log/commit.js';

/** The apiserver where it acts of its own accord. */
export const self: Identity = { role: 'apiserver', name: 'apiserver' };

/** What every cluster has from its first moment on. Throws when this server has not the root key that the records were sealed with. */
export async function bootstrap(context: ServerContext): Promise<void> {
  const { registry, keys } = context;
  const fresh = dataKey(context.random(32));
  await registry.write(self.name, (view) => {
    const cluster = view.get(clusterKey);
    if (cluster && cluster.value['keyFingerprint'] !== keys.fingerprint) throw foreignKey(context, String(cluster.value['keyFingerprint']));
    const ops: Op[] = cluster ? [] : [{ op: 'put', key: clusterKey, value: { uid: randomUUID(), keyFingerprint: keys.fingerprint, creationTimestamp: context.now() } }, { op: 'put', key: formatKey, value: { format: formats.newest } }];
    // What a cluster has sealed before it had a ring was sealed with a key that the root key gives.
    if (activeId(view) === undefined) ops.push(...addKey(keys, cluster ? firstKey(keys) : fresh, { created: context.now(), by: self.name }));
    if (find(view, namespaceKind, undefined, 'default')) return { ops, result: undefined };
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' }, spec: {} } as Resource;
    const planned = planCreate(view, { context, identity: self, dryRun: false, now: context.now() }, namespaceKind, namespace);
    return { ops: [...ops, ...planned.ops], result: undefined };
  });
}

function foreignKey({ config, keys, objects }: ServerContext, theirs: string): Error {
  return new Error(
    `${objects.name} belongs to a cluster with another root key (fingerprint ${theirs}; ${config.dataDir}/keys/root.key has ${keys.fingerprint}): ` +
      'copy the keys folder of a server of that cluster into this data directory, or choose another bucket',
  );
}
