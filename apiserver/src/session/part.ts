import { ApiError, parseOrThrow } from '@spawnit/contract';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Part } from '../context.js';
import { endOfSession, fromOurPages, sessionCookie } from './cookie.js';

export const sessionPath = '/session';
const SignIn = z.strictObject({ token: z.string().min(1).max(4_096) });

/** Signing in and out of a browser: the token goes into a cookie that no script can read. */
export const sessionPart: Part = (app, { authenticator }) => {
  app.get(sessionPath, async ({ identity }) => ({ role: identity.role, name: identity.name }));
  app.post(sessionPath, { config: { public: true } }, async (request, reply) => {
    // Else another site could sign a person in as somebody else.
    if (!fromOurPages(request)) throw new ApiError('Forbidden', 'signing in is for the pages of this server');
    const { token } = parseOrThrow(SignIn, request.body, { kind: 'Session' });
    const { role, name } = await authenticator.authenticate(`Bearer ${token.trim()}`);
    if (role !== 'admin') throw new ApiError('Forbidden', `this is the token of a ${role}: people sign in with their own`);
    reply.header('set-cookie', sessionCookie(token.trim(), isSecure(request)));
    return { role, name };
  });
  app.delete(sessionPath, { config: { public: true } }, async (request, reply) => {
    if (!fromOurPages(request)) throw new ApiError('Forbidden', 'signing out is for the pages of this server');
    return reply.header('set-cookie', endOfSession(isSecure(request))).code(204).send();
  });
};

function isSecure({ protocol }: FastifyRequest): boolean {
  return protocol === 'https';
}
