import type { RunInputs } from '@spawnit/contract';
import { request } from 'undici';
import { fail } from '../errors/causes.js';

type Access = Pick<RunInputs['state'], 'address' | 'username' | 'password'>;

/** Carries requests: undici's own, or a simulation's. */
type Carry = typeof request;

/** The service's tofu state as the run may read it; undefined when none was ever written. */
export async function readState(access: Access, carry: Carry = request): Promise<unknown> {
  const answer = await carry(access.address, { headers: authorization(access), headersTimeout: 10_000 });
  if (answer.statusCode === 404) return void (await answer.body.dump());
  const text = await answer.body.text();
  if (answer.statusCode !== 200) fail('StateConflict', `the state could not be read: HTTP ${answer.statusCode}`, text.slice(0, 1_000));
  return JSON.parse(text);
}

/** Hands in a state that tofu could not write. True: settled, kept as the state or as evidence; false: try again later. */
export async function recoverState(access: Access, recoverAddress: string, state: Buffer, carry: Carry = request): Promise<boolean> {
  try {
    const headers = { ...authorization(access), 'content-type': 'application/json' };
    const answer = await carry(recoverAddress, { method: 'POST', headers, body: state, headersTimeout: 10_000 });
    await answer.body.dump();
    return answer.statusCode < 500 && answer.statusCode !== 429;
  } catch {
    return false;
  }
}

function authorization({ username, password }: Access): { authorization: string } {
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
}
