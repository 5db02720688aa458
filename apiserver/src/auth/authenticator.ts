import type { Identity } from '@spawnit/contract';
import type { Session } from '../session/ended.js';

/** Says who calls. A port: tokens today, OIDC later. */
export interface Authenticator {
  /** From the Authorization header (`Bearer token`; `Basic` with a run's token as the password). Throws ApiError Unauthorized. */
  authenticate(authorization: string | undefined): Promise<Identity>;
}

export interface TokenMint {
  /** A token for this identity, valid for `seconds`, or until its key or its node is gone. */
  mint(identity: Identity, seconds?: number): string;
  /** A token of a session of its own for who has this one, which it does not outlive. Throws ApiError Unauthorized. */
  mintSession(authorization: string, session: { id: string; seconds: number }): Promise<string>;
  /** The session that a token is of which is still good; undefined for any other. */
  sessionOf(authorization: string | undefined): Session | undefined;
  /** Whether what an Authorization header holds was signed with the root key that is in force. */
  isCurrent(authorization: string | undefined): boolean;
}
