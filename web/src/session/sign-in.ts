import { call } from '../api/call.js';
import { api } from '../api/paths.js';
import { dropPageHalf, keepPageHalf, pageHalf } from './page-half.js';

/** The store may be away, and who leaves does not wait for it. */
const longestGoodbyeMs = 5_000;

/** By a token, or by the code of a link; gives who that is. Throws Failure. */
export async function signIn(by: { token: string } | { code: string }): Promise<string> {
  const { half, name } = await call<{ half: string; name: string }>(api.session, { method: 'POST', body: by });
  keepPageHalf(half);
  return name;
}

/** Here at once; on the server, and so for whoever has copied the session, if it answers. */
export async function signOut(): Promise<void> {
  const half = pageHalf();
  dropPageHalf();
  // Without the server the cookie stays: half a token, which is noise.
  await call(api.session, { method: 'DELETE', half, signal: AbortSignal.timeout(longestGoodbyeMs) }).catch(() => undefined);
}
