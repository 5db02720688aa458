import { ApiError, describeIdentity, type Identity, type RotateRootAnswer } from '@spawnit/contract';
import type { ServerContext } from '../context.js';
import type { Keys } from '../auth/keys.js';
import { nextRootKey } from '../auth/root-key-files.js';
import { clusterKey, RootKeys } from '../auth/root-keys.js';
import { otherMembers } from '../leases/members.js';
import { putRingKey, ringKeys, unwrap, wrap } from '../secrets/key-ring.js';
import type { Op } from '../store/log/commit.js';
import type { View } from '../store/log/view.js';

/**
 * Puts another root key in force, in one commit: the data keys wrapped anew, and tokens signed with it from then on; those
 * of the one before are good until it is retired. Throws Conflict while a server of the bucket has not the next key.
 */
export async function rotateRoot(context: ServerContext, identity: Identity): Promise<RotateRootAnswer> {
  const { config, registry, keys, log } = context;
  if (!(keys instanceof RootKeys)) throw new ApiError('InternalError', 'this server keeps no root key in files');
  const { next, file } = await nextRootKey(config.dataDir, keys);
  const by = describeIdentity(identity);
  const { result } = await registry.write(by, (view) => {
    const lacking = otherMembers(context, view).filter(({ roots }) => !roots?.includes(next.fingerprint));
    if (lacking.length > 0) throw new ApiError('Conflict', `copy ${file} of this server into the keys folder of the data directory of ${lacking.map(({ url }) => url).join(' and ')}, readable by its user alone; it is seen within 15 s. Then ask again: nothing was changed so far`);
    const was = keys.fingerprint;
    return { ops: rewrap(view, keys, next, was), result: { fingerprint: next.fingerprint, was } };
  });
  log.info({ ...result, by }, 'another root key is in force');
  return { ...result, next: 'nodes get new tokens with their next heartbeat; take the kubeconfig and the token files from the data directory again, restart the controllers, let running jobs end, then retire the key before: spawnctl admin rotate-key --retire-root. Keep a copy of keys/root.key apart from the bucket and its backups' };
}

/** From now on only tokens that the root key in force has signed are good. */
export async function retireRoot({ registry, keys }: ServerContext, identity: Identity): Promise<RotateRootAnswer> {
  const { result } = await registry.write(describeIdentity(identity), (view) => {
    const { previousFingerprint, ...cluster } = view.get(clusterKey)!.value;
    if (typeof previousFingerprint !== 'string') throw new ApiError('Conflict', 'no root key is waiting to be retired: only one is in force');
    return { ops: [{ op: 'put', key: clusterKey, value: cluster }], result: previousFingerprint };
  });
  return { fingerprint: keys.fingerprint, was: result, next: 'tokens that were signed with the key before are refused from now on' };
}

/** Pure. */
function rewrap(view: View, now: Keys, next: Keys, was: string): Op[] {
  const cluster = view.get(clusterKey)!.value;
  const anew = ringKeys(view).map((key) => putRingKey(key.id, { ...key, wrapped: wrap(next, unwrap(now, key.id, key.wrapped)) }));
  return [{ op: 'put', key: clusterKey, value: { ...cluster, keyFingerprint: next.fingerprint, previousFingerprint: was } }, ...anew];
}
