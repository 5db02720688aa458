import { ApiError, parseOrThrow } from '@spawnit/contract';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { boundTo } from '../auth/namespaces.js';
import type { Part } from '../context.js';
import { endOfSession, fromOurPages, sessionAuthorization, sessionCookie } from './cookie.js';
import { endSession, sessionSeconds } from './ended.js';
import { split } from './halves.js';
import { loginCodeSeconds, LoginCodes } from './login-codes.js';

export const sessionPath = '/session';
const text = z.string().min(1).max(4_096);
const SignIn = z.union([z.strictObject({ token: text }), z.strictObject({ code: text })]);

/** Signing in and out of a browser, by a token or by the code of a link: half of the token goes into a cookie that no script can read. */
export const sessionPart: Part = (app, { authenticator, tokens, registry, log, config, now, monotonic, random }) => {
  const codes = new LoginCodes({ monotonic, random });
  app.get(sessionPath, async ({ identity }) => ({ role: identity.role, name: identity.name, demo: config.demoSocket !== undefined }));
  app.post(sessionPath, { config: { public: true } }, async (request, reply) => {
    // Else another site could sign a person in as somebody else.
    if (!fromOurPages(request)) throw new ApiError('Forbidden', 'signing in is for the pages of this server');
    const given = parseOrThrow(SignIn, request.body, { kind: 'Session' });
    const token = 'code' in given ? codes.use(given.code) : given.token.trim();
    if (token === undefined) throw new ApiError('Unauthorized', `this link was used, or is older than ${loginCodeSeconds / 60} minutes: get another, or sign in with the token`);
    const identity = await authenticator.authenticate(`Bearer ${token}`);
    const { role, name } = identity;
    if (role !== 'admin') throw new ApiError('Forbidden', `this is the token of a ${role}: people sign in with their own`);
    if (boundTo(identity)) throw new ApiError('Forbidden', 'the dashboard shows all namespaces, and this token is bound to some: use it with spawnctl or kubectl');
    // Not the person's own, which is kept elsewhere as well: who leaves a session ends it, and nothing else.
    const halves = split(await tokens.mintSession(`Bearer ${token}`, { id: random(16).toString('base64url'), seconds: sessionSeconds }));
    reply.header('set-cookie', sessionCookie(halves.cookie, isSecure(request)));
    return { role, name, half: halves.page };
  });
  app.post(`${sessionPath}/codes`, async (request) => {
    if (request.identity.role !== 'admin') throw new ApiError('Forbidden', 'links for signing in are for people');
    return { code: codes.make(tokenOf(request)), expiresInSeconds: loginCodeSeconds };
  });
  app.delete(sessionPath, { config: { public: true } }, async (request, reply) => {
    if (!fromOurPages(request)) throw new ApiError('Forbidden', 'signing out is for the pages of this server');
    reply.header('set-cookie', endOfSession(isSecure(request)));
    const session = tokens.sessionOf(sessionAuthorization(request));
    if (session) {
      await registry.write('apiserver', (view) => ({ ops: endSession(view, session, Date.parse(now()) / 1000), result: undefined }));
      log.info('somebody signed out');
    }
    return reply.code(204).send();
  });
};

/** The caller's own: a code gives no more than its maker has. */
function tokenOf(request: FastifyRequest): string {
  return (request.headers.authorization ?? sessionAuthorization(request) ?? '').replace(/^Bearer +/i, '');
}

function isSecure({ protocol }: FastifyRequest): boolean {
  return protocol === 'https';
}
