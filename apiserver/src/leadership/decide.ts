import { leadership, type HoldRequest, type LeaseSpec } from '@spawnit/contract';

export interface Heard {
  /** How long nothing was heard of the holder, counted only while it could have been heard. */
  silentMs: number;
  /** Whether renewals that other servers acknowledge are told to this one: who is told of none must not judge. */
  toldOfAll: boolean;
}

/** `renew`: it leads already. `take`: it leads from this commit on, as the lease then says. `free`: nobody does any more. */
export type LeaseDecision = { type: 'renew' } | { type: 'take' | 'free'; spec: LeaseSpec } | { type: 'refuse' } | { type: 'nothing' };

/** What becomes of a lease that `ask` is about. Pure; called again inside the commit. `now` is ISO 8601, for display. */
export function decideLease(lease: LeaseSpec | undefined, ask: Required<HoldRequest>, heard: Heard, now: string): LeaseDecision {
  const epoch = lease?.epoch ?? 0;
  const isHolder = lease?.session !== undefined && lease.session === ask.session;
  if (ask.release) return isHolder ? { type: 'free', spec: { epoch } } : { type: 'nothing' };
  if (isHolder) return { type: 'renew' };
  if (!mayFollow(lease, ask, heard)) return { type: 'refuse' };
  return { type: 'take', spec: { holder: ask.holder, session: ask.session, epoch: epoch + 1, acquireTime: now } };
}

function mayFollow(lease: LeaseSpec | undefined, ask: Required<HoldRequest>, { silentMs, toldOfAll }: Heard): boolean {
  if (lease?.session === undefined) return true;
  if (ask.fresh && ask.holder === lease.holder) return true;
  return toldOfAll && silentMs >= leadership.silenceSeconds * 1_000;
}
