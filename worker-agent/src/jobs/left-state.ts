import { setTimeout as delay } from 'node:timers/promises';
import type { ClaimAnswer, RunInputs } from '@spawnit/contract';
import { recoverState } from '../tofu/state.js';
import type { NodeParts } from './parts.js';
import type { Run } from './run.js';
import type { SpoolEntry } from './spool.js';

type Left = SpoolEntry['state'];

/** A state that tofu could not hand in lies in the workdir. It stays there until it is handed in or safe in the spool. */
export async function leftState({ workdirs }: NodeParts, { inputs }: ClaimAnswer): Promise<Left> {
  const run = await workdirs.lastRun(inputs.serviceUid);
  const body = await workdirs.erroredState(inputs.serviceUid, run?.root ?? inputs.root);
  return body === undefined ? undefined : handedInAs(inputs.state, run?.epoch, body);
}

export async function forgetState({ workdirs }: NodeParts, { inputs }: ClaimAnswer): Promise<void> {
  const run = await workdirs.lastRun(inputs.serviceUid);
  await workdirs.dropErroredState(inputs.serviceUid, run?.root ?? inputs.root);
}

/**
 * What an agent that was killed could not report goes first: the run is to know all that was made. Gives the claim, which may
 * have been answered while there was no state, and what could not be handed in before the run was ended: that is reported with
 * its result. From here on what is left is this run's.
 */
export async function handIn(parts: NodeParts, run: Run, claim: ClaimAnswer): Promise<{ claim: ClaimAnswer; left?: Left }> {
  const state = await leftState(parts, claim);
  let told = false;
  while (state !== undefined) {
    if (run.ended !== undefined) return { claim, left: state };
    const recovery = await recoverState(state, state.recover, Buffer.from(state.body), parts.transport().options.request);
    if (recovery === 'Refused' && !told) parts.log.error({ service: claim.inputs.service }, 'the state that an earlier run has left is refused: nothing is done to the service until it is taken, or the job cancelled');
    told ||= recovery === 'Refused';
    if (recovery === 'Settled') {
      await forgetState(parts, claim);
      break;
    }
    await delay(500);
  }
  const { serviceUid, epoch, root, state: { address, username, password } } = claim.inputs; // prettier-ignore
  // Given out again, its last run was killed with the agent; how one of an earlier epoch ended is told of that job.
  const last = await parts.workdirs.lastRun(serviceUid);
  run.brokenOff = last?.applying === true && last.epoch === epoch;
  await parts.workdirs.noteRun(serviceUid, { epoch, root, state: { address, username, password }, applying: run.brokenOff });
  return { claim: state === undefined ? claim : withState(claim, state.body) };
}

/** There is a state now, if it was taken, which half of one is not; a destroy must not pass it by. How much it knows depends on that. */
function withState({ inputs, ...claim }: ClaimAnswer, body: string): ClaimAnswer {
  const serial = inputs.state.serial ?? serialIn(body);
  return { ...claim, inputs: { ...inputs, state: { ...inputs.state, serial, resources: undefined } } };
}

function serialIn(body: string): number | undefined {
  try {
    return Number((JSON.parse(body) as { serial?: unknown }).serial ?? 0);
  } catch {
    return undefined;
  }
}

/** Removes the workdir of a service that has moved away or is gone; what its last run could not hand in goes first, and is kept as evidence. */
export async function letGo({ workdirs, transport }: NodeParts, uid: string): Promise<void> {
  const run = await workdirs.lastRun(uid);
  const body = run && (await workdirs.erroredState(uid, run.root));
  if (run && body !== undefined) {
    const { recover } = handedInAs(run.state, run.epoch, body);
    if ((await recoverState(run.state, recover, Buffer.from(body), transport().options.request)) !== 'Settled') return;
  } else if (await workdirs.holdsState(uid)) return; // By whom it was left is not known any more, so nobody takes it: people may.
  await workdirs.remove(uid);
}

function handedInAs({ address, username, password }: Pick<RunInputs['state'], 'address' | 'username' | 'password'>, epoch: number | undefined, body: string): NonNullable<Left> {
  return { address, recover: `${address}/recover${epoch === undefined ? '' : `?epoch=${epoch}`}`, username, password, body };
}
