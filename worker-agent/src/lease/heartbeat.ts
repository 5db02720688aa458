import { agentPaths, HeartbeatAnswer, withEither, type HeartbeatRequest, type Transport } from '@spawnit/contract';
import { setTimeout as delay } from 'node:timers/promises';
import type { Lease } from './lease.js';

export interface HeartbeatOptions {
  transport: () => Transport;
  node: string;
  session: string;
  lease: Lease;
  /** What the node is and runs, asked anew for each heartbeat. */
  report: () => Pick<HeartbeatRequest, 'running' | 'status'>;
  onAnswer: (answer: HeartbeatAnswer) => void;
  onFailure: (error: unknown) => Promise<void> | void;
  signal: AbortSignal;
}

/** Sends heartbeats until the signal; after a failure it tries again within a second. */
export async function heartbeats(options: HeartbeatOptions): Promise<void> {
  const { lease, signal } = options;
  for (let counter = 1; !signal.aborted; counter += 1) {
    const ok = await beat(options, counter);
    const pause = ok ? lease.times.heartbeatMs : Math.min(1_000, lease.times.heartbeatMs);
    await delay(pause, undefined, { signal }).catch(() => undefined);
  }
}

async function beat({ transport, node, session, lease, report, onAnswer, onFailure, signal }: HeartbeatOptions, counter: number): Promise<boolean> {
  // An answer that takes longer would leave too little of the lease.
  const tooLate = AbortSignal.timeout(Math.min(3_000, lease.times.stopMs / 2));
  const sentAt = lease.clock();
  try {
    const body: HeartbeatRequest = { session, counter, ...report() };
    const answer = await withEither([signal, tooLate], (signal) => transport().json({ method: 'POST', path: agentPaths.heartbeat(node), body, signal }));
    lease.renewed(sentAt);
    onAnswer(HeartbeatAnswer.parse(answer));
    return true;
  } catch (error) {
    if (!signal.aborted) await onFailure(error);
    return false;
  }
}
