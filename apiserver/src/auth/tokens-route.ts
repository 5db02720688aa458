import { adminPaths, ApiError, namespaceKind, parseOrThrow, TokenRequest, type TokenAnswer } from '@spawnit/contract';
import type { Part } from '../context.js';
import { find } from '../resources/records.js';

/** Tokens for people who have business in some namespaces alone; who has one may not make any. */
export const tokensRoute: Part = (app, { tokens, registry, now, log }) => {
  app.post(adminPaths.tokens, async ({ identity, body }, reply): Promise<TokenAnswer> => {
    if (identity.role !== 'admin') throw new ApiError('Forbidden', 'tokens are made by admins');
    const { name, namespaces, days } = parseOrThrow(TokenRequest, body, { kind: 'TokenRequest' });
    await registry.sync();
    const missing = namespaces.find((each) => find(registry.view, namespaceKind, undefined, each) === undefined);
    if (missing !== undefined) throw new ApiError('NotFound', `namespaces ${JSON.stringify(missing)} not found: create it first`, { kind: 'namespaces', name: missing });
    const seconds = Math.round(days * 86_400);
    const expires = new Date(Date.parse(now()) + seconds * 1_000).toISOString();
    log.info({ name, namespaces, expires, by: identity.name }, 'made a token');
    reply.code(201).header('cache-control', 'no-store');
    return { token: tokens.mint({ role: 'admin', name, namespaces }, seconds), name, namespaces, expires };
  });
};
