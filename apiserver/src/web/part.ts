import fastifyStatic from '@fastify/static';
import { ApiError } from '@spawnit/contract';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Part } from '../context.js';
import { contentSecurityPolicy } from './content-security-policy.js';

/** Where the pages live; everything else is the API's. */
const base = '/ui';
const nonceMark = '__CSP_NONCE__';
const year = 31_536_000;

/** The dashboard's files, for anybody: what they show is asked of the API, which asks who it is. */
export const webPart: Part = async (app, { config, random, log }) => {
  const page = join(config.webDir, 'index.html');
  if (!existsSync(page)) return void log.warn({ webDir: config.webDir }, 'the dashboard is not built: run `npm run build`');
  const html = readFileSync(page, 'utf8');
  await app.register(async (scope) => {
    scope.addHook('onRoute', (route) => void (route.config = { ...route.config, public: true }));
    await scope.register(fastifyStatic, { root: join(config.webDir, 'assets'), prefix: `${base}/assets/`, wildcard: false, preCompressed: true, immutable: true, maxAge: year * 1000 });
    // A page of an older build asks for files that are gone: a page instead of a script would hide that.
    scope.get(`${base}/assets/*`, async () => {
      throw new ApiError('NotFound', 'the dashboard has no such file (any more): load the page again');
    });
    for (const path of ['/', base, `${base}/`, `${base}/*`]) {
      scope.get(path, async (_request, reply) => {
        const nonce = random(16).toString('base64');
        reply.headers({ 'content-security-policy': contentSecurityPolicy(nonce), 'referrer-policy': 'no-referrer', 'x-content-type-options': 'nosniff', 'cross-origin-opener-policy': 'same-origin', 'cache-control': 'no-store' });
        return path === '/' ? reply.redirect(`${base}/`) : reply.type('text/html').send(html.replaceAll(nonceMark, nonce));
      });
    }
  });
};
