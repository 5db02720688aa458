import { ApiError, mostNamespaces, type Identity } from '@spawnit/contract';
import { createHmac, createSecretKey, timingSafeEqual, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import type { Session } from '../session/ended.js';
import type { Authenticator, TokenMint } from './authenticator.js';
import type { Keys } from './keys.js';

const label = z.string().min(1).max(253);
const Claims = z.object({
  id: z.discriminatedUnion('role', [
    z.strictObject({ role: z.literal('admin'), name: label, namespaces: z.array(label).min(1).max(mostNamespaces).optional() }),
    z.strictObject({ role: z.enum(['reconciler', 'scheduler', 'drift-controller', 'joiner', 'apiserver']), name: label }),
    z.strictObject({ role: z.literal('node'), name: label, nodeUid: label }),
    z.strictObject({ role: z.literal('run'), name: label, node: label, namespace: label, service: label, serviceUid: label, epoch: z.int(), job: label.optional(), write: z.boolean() }),
  ]),
  /** Seconds since 1970. */
  iat: z.number(),
  exp: z.number().optional(),
  /** Of a browser. */
  session: label.optional(),
});
type Claims = z.infer<typeof Claims>;

const prefix = 'spawnit.v1.';
const longest = 4_096;
const mostSeen = 2_000;

interface Surroundings {
  keys: Keys;
  /** ISO 8601. */
  now(): string;
  /** The uid of the node of that name, undefined when there is none. */
  nodeUid(name: string): string | undefined;
  /** Makes what `nodeUid` knows as new as this moment. */
  refresh?(): Promise<unknown>;
  /** Whether somebody has left this session. */
  isEnded?(session: Session): boolean;
}

/**
 * Tokens that hold who they are for and prove it by an HMAC, so that any apiserver of the same root key knows them:
 * `spawnit.v1.{claims, base64url}.{HMAC-SHA-256, base64url}`.
 */
export class Tokens implements Authenticator, TokenMint {
  /** By the root key's fingerprint. */
  readonly #signing = new Map<string, KeyObject>();
  /** Proven by the key of that fingerprint: callers send theirs with each request. */
  readonly #tokens = new Map<string, { key: string; claims: Claims }>();

  constructor(private readonly surroundings: Surroundings) {}

  mint(id: Identity, seconds?: number): string {
    const iat = this.#seconds();
    return this.#sign({ id, iat, ...(seconds !== undefined && { exp: iat + seconds }) });
  }

  async mintSession(authorization: string, { id: session, seconds }: { id: string; seconds: number }): Promise<string> {
    const id = await this.authenticate(authorization);
    const iat = this.#seconds();
    return this.#sign({ id, iat, exp: Math.min(iat + seconds, this.#claimsOf(bare(authorization)).exp ?? Infinity), session });
  }

  sessionOf(authorization = ''): Session | undefined {
    try {
      return sessionIn(this.#claimsOf(bare(authorization)));
    } catch {
      return undefined;
    }
  }

  #sign(claims: Claims): string {
    const text = Buffer.from(JSON.stringify(claims)).toString('base64url');
    return `${prefix}${text}.${this.#mac(text)}`;
  }

  async authenticate(authorization: string | undefined): Promise<Identity> {
    const [, scheme, credentials] = /^(Bearer|Basic) +(\S+)$/i.exec(authorization ?? '') ?? [];
    if (scheme === undefined) throw unauthorized('send the header `Authorization: Bearer <token>`');
    if (scheme.toLowerCase() === 'bearer') return this.#known(this.#identityOf(credentials!));
    const pair = Buffer.from(credentials!, 'base64').toString();
    const identity = this.#identityOf(pair.slice(pair.indexOf(':') + 1));
    if (identity.role !== 'run') throw unauthorized('only a run may send its token as a password; send it as a bearer token');
    return identity;
  }

  #identityOf(token: string): Identity {
    return this.#claimsOf(token).id;
  }

  #claimsOf(token: string): Claims {
    const claims = this.#seen(token) ?? this.#proven(token);
    const { exp } = claims;
    if (exp !== undefined && exp <= this.#seconds()) throw unauthorized(`the token expired at ${new Date(exp * 1000).toISOString()}`);
    const session = sessionIn(claims);
    if (session && this.surroundings.isEnded?.(session)) throw unauthorized('somebody has signed out of this session');
    return claims;
  }

  #seen(token: string): Claims | undefined {
    const { keys } = this.surroundings;
    const seen = this.#tokens.get(token);
    return seen?.key === keys.fingerprint || seen?.key === keys.former?.fingerprint ? seen?.claims : undefined;
  }

  #proven(token: string): Claims {
    const [claims = '', mac = '', ...rest] = token.startsWith(prefix) && token.length <= longest ? token.slice(prefix.length).split('.') : [];
    const { keys } = this.surroundings;
    const by = [keys, keys.former].find((each) => each !== undefined && this.#signed(claims, mac, each));
    if (rest.length > 0 || by === undefined) throw unauthorized('the token is not one of this cluster');
    const proven = Claims.parse(JSON.parse(Buffer.from(claims, 'base64url').toString()));
    if (this.#tokens.size >= mostSeen) this.#tokens.clear();
    this.#tokens.set(token, { key: by.fingerprint, claims: proven });
    return proven;
  }

  /** A node may have joined at another server a moment ago: only who has read up to now may refuse it, for upon that it gives up its work. */
  async #known(id: Identity): Promise<Identity> {
    if (id.role !== 'node' || this.surroundings.nodeUid(id.name) === id.nodeUid) return id;
    await this.surroundings.refresh?.();
    if (this.surroundings.nodeUid(id.name) === id.nodeUid) return id;
    throw unauthorized(`node ${id.name} is not, or no longer, the one that this token was made for: join again`);
  }

  isCurrent(authorization = ''): boolean {
    const [claims = '', mac = ''] = bare(authorization).slice(prefix.length).split('.');
    return this.#signed(claims, mac, this.surroundings.keys);
  }

  /** Compares the spelling, not the bytes: base64url has four spellings of 32 bytes, and a token has one. */
  #signed(claims: string, mac: string, keys: Keys): boolean {
    const [given, right] = [Buffer.from(mac), Buffer.from(this.#mac(claims, keys))];
    return given.length === right.length && timingSafeEqual(given, right);
  }

  #mac(claims: string, keys: Keys = this.surroundings.keys): string {
    const { fingerprint } = keys;
    const known = this.#signing.get(fingerprint) ?? createSecretKey(keys.derive('tokens'));
    this.#signing.set(fingerprint, known);
    return createHmac('sha256', known).update(prefix).update(claims).digest('base64url');
  }

  #seconds(): number {
    return Math.floor(Date.parse(this.surroundings.now()) / 1000);
  }
}

function sessionIn({ session, iat }: Claims): Session | undefined {
  return session === undefined ? undefined : { id: session, since: iat };
}

function bare(authorization: string): string {
  return authorization.replace(/^Bearer +/i, '');
}

function unauthorized(why: string): ApiError {
  return new ApiError('Unauthorized', `who calls is not known: ${why}`);
}
