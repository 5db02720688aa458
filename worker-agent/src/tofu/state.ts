import { Status, type RunInputs } from '@spawnit/contract';
import { request } from 'undici';
import { fail } from '../errors/causes.js';

type Access = Pick<RunInputs['state'], 'address' | 'username' | 'password'>;
/** With what is known of the state already, if anything is. */
type Known = Access & Pick<RunInputs['state'], 'serial'>;

/** Carries requests: undici's own, or a simulation's. */
type Carry = typeof request;

/** The service's tofu state as the run may read it; undefined when none was ever written, which is not believed of one that was (promise I6). */
export async function readState(access: Known, carry: Carry = request): Promise<unknown> {
  const answer = await carry(access.address, { headers: authorization(access), headersTimeout: 10_000 });
  if (answer.statusCode === 404 && access.serial === undefined) return void (await answer.body.dump());
  const text = await answer.body.text();
  if (answer.statusCode !== 200) fail('StateConflict', `the state could not be read: HTTP ${answer.statusCode}`, text.slice(0, 1_000));
  return stateIn(text);
}

/** What is no state is not taken for one that knows of nothing, whoever answers so. */
function stateIn(text: string): unknown {
  const state = parsed(text) as { version?: unknown; lineage?: unknown } | null | undefined;
  if (!state?.version || !state.lineage) fail('StateConflict', 'what was given as the state is none', text.slice(0, 1_000));
  return state;
}

/** Kept aside as evidence: as refused by its epoch or history (409), by a lock (423), or as no whole state (400). Only if the server itself says so. */
const keptFor = [400, 409, 423];
/** Safe on the server; not to be had now; refused, so that this is its only copy. */
export type Recovery = 'Settled' | 'Later' | 'Refused';

/** Hands in a state that tofu could not write. */
export async function recoverState(access: Access, recoverAddress: string, state: Buffer, carry: Carry = request): Promise<Recovery> {
  try {
    const headers = { ...authorization(access), 'content-type': 'application/json' };
    const answer = await carry(recoverAddress, { method: 'POST', headers, body: state, headersTimeout: 10_000 });
    const text = await answer.body.text();
    const { statusCode } = answer;
    if ((statusCode >= 200 && statusCode < 300) || (keptFor.includes(statusCode) && isStatus(text))) return 'Settled';
    return statusCode >= 500 || statusCode === 408 || statusCode === 429 ? 'Later' : 'Refused';
  } catch {
    return 'Later';
  }
}

/** Something in between, such as a balancer, answers with a page. */
function isStatus(text: string): boolean {
  return Status.safeParse(parsed(text)).success;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function authorization({ username, password }: Access): { authorization: string } {
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
}
