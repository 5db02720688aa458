import { leaseKind, ledRoles, leadership, type Lease } from '@spawnit/contract';
import type { WireRequest } from '../network/network.js';
import type { Strike } from './strikes.js';

/**
 * All that a leader writes, and its renewals, lie on their way until another has followed it; and who follows is slow to act,
 * so that what arrives late meets what it was meant for unchanged.
 */
export const lateLeader: Strike = ({ random, timeline, promises, processes }, trouble) => {
  const role = random.pick(ledRoles);
  const holder = (promises.records.get(`${leaseKind.plural}/_/${role}`)?.value as unknown as Lease | undefined)?.spec.holder;
  if (holder === undefined) return;
  trouble.count('held up');
  const ms = random.between(leadership.silenceSeconds * 1_000, 16_000);
  const until = timeline.now + ms;
  const hold = (from: string, { method, url }: WireRequest) => (from === holder && method !== 'GET' && !url.pathname.endsWith('/check') ? until - timeline.now : 0);
  trouble.holds.add(hold);
  trouble.lasting(ms, () => trouble.holds.delete(hold));
  const others = [...processes.keys()].filter((name) => name !== holder && name.startsWith(role));
  trouble.count('slow link');
  for (const name of others) trouble.late.add(name);
  trouble.lasting(ms + 5_000, () => others.forEach((name) => trouble.late.delete(name)));
};

