import { call } from '../api/call.js';
import { api } from '../api/paths.js';
import { dropPageHalf, keepPageHalf } from './page-half.js';

/** By a token, or by the code of a link. Throws Failure. */
export async function signIn(by: { token: string } | { code: string }): Promise<void> {
  const { half } = await call<{ half: string }>(api.session, { method: 'POST', body: by });
  keepPageHalf(half);
}

export async function signOut(): Promise<void> {
  dropPageHalf();
  // Without the server the cookie stays: half a token, which is noise.
  await call(api.session, { method: 'DELETE' }).catch(() => undefined);
}
