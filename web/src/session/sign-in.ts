import { call } from '../api/call.js';
import { api } from '../api/paths.js';
import { dropPageHalf, keepPageHalf, pageHalf } from './page-half.js';

/** By a token, or by the code of a link. Throws Failure. */
export async function signIn(by: { token: string } | { code: string }): Promise<void> {
  const { half } = await call<{ half: string }>(api.session, { method: 'POST', body: by });
  keepPageHalf(half);
}

/** Here at once; on the server, and so for who has copied the session, as soon as it is reached. */
export async function signOut(): Promise<void> {
  const half = pageHalf();
  dropPageHalf();
  // Without the server the cookie stays: half a token, which is noise.
  await call(api.session, { method: 'DELETE', half }).catch(() => undefined);
}
