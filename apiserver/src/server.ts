import { ApiError } from '@spawnit/contract';
import Fastify, { LogController, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import type { Part, ServerContext } from './context.js';
import { drainAtClose } from './http/drain.js';
import { judgeDuplicates } from './http/duplicate-fields.js';
import { answerFailure, answerFailures } from './http/failures.js';
import { identifyCallers } from './http/identify.js';
import { refusePlain } from './http/plain.js';
import { protobufType, readProtobuf } from './http/kubernetes-protobuf.js';
import { readJson } from './http/json-body.js';
import { answerYaml } from './http/yaml-answer.js';
import { readYaml, yamlTypes } from './http/yaml-body.js';
import { hearOut } from './http/too-large.js';
import { resourceRoutes } from './resources/routes.js';
import type { KeyAndCertificate } from './tls/certificate.js';
import { answerTls } from './tls/one-port.js';

const bodyBytes = 1024 * 1024;
/** Characters from which on an answer is made bytes before it is sent: as a text it would take three times its memory there, and more time. */
const longAnswer = 64 * 1024;
const jsonTypes = ['application/json', 'application/merge-patch+json', 'application/json-patch+json', 'application/strategic-merge-patch+json'];

/** The whole request must come in this time (ms), its headers in that: slow senders hold no connection. */
const bounds = { requestTimeout: 60_000, headersTimeout: 15_000, maxHeaderSize: 16 * 1024 };

/** Builds the server, listening to nothing yet. */
export async function buildServer(context: ServerContext, parts: readonly Part[], pair: KeyAndCertificate): Promise<FastifyInstance> {
  const app = Fastify({
    loggerInstance: context.log,
    bodyLimit: bodyBytes,
    logController: new LogController({ disableRequestLogging: true }),
    requestIdHeader: false,
    genReqId: (request) => requestId(request.headers['x-request-id']),
    requestTimeout: bounds.requestTimeout,
    keepAliveTimeout: 75_000,
    http: bounds,
    routerOptions: { maxParamLength: 512 },
    exposeHeadRoutes: false,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    // What fails before any route: hooks do not see it.
    frameworkErrors: (error, request, reply) => void answerFailure(error, request as FastifyRequest, reply.header('x-request-id', request.id) as FastifyReply),
  }) as unknown as FastifyInstance;
  app.server.maxConnections = 10_000;
  app.addHook('onRequest', async (request, reply) => void reply.header('x-request-id', request.id));
  logRequests(app);
  context.metrics.observe(app);
  answerFailures(app);
  readBodies(app);
  hearOut(app);
  answerYaml(app);
  app.addHook('onSend', async (_request, _reply, payload) => (typeof payload === 'string' && payload.length >= longAnswer ? Buffer.from(payload) : payload));
  refusePlain(app);
  identifyCallers(app, { authenticator: context.authenticator, monotonic: context.monotonic, rateLimit: context.config.rateLimit });
  app.addHook('preClose', async () => context.streams.endAll());
  drainAtClose(app, [app.server, answerTls(app, pair, bounds)]);
  judgeDuplicates(app);
  resourceRoutes(app, context);
  for (const part of parts) await part(app, context);
  return app;
}

/** What goes on all the time while nothing happens; the drift-controller logs each new verdict. */
const beat = /\/(heartbeat|hold)$|\/check$|\/checks\/[^/]+$/;

/** A line for each change and each refusal; reads and beats are for the debugger. */
function logRequests(app: FastifyInstance): void {
  app.addHook('onResponse', async (request, reply) => {
    const quiet = reply.statusCode < 400 && (request.method === 'GET' || beat.test(request.url));
    const level = quiet ? 'debug' : 'info';
    request.log[level]({ method: request.method, url: request.url, status: reply.statusCode, ms: Math.round(reply.elapsedTime * 10) / 10 }, 'answered');
  });
}

function readBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(jsonTypes, { parseAs: 'string' }, async (_request: unknown, body: string) => (body === '' ? undefined : readJson(body)));
  app.addContentTypeParser(yamlTypes, { parseAs: 'string' }, async (_request: unknown, body: string) => (body === '' ? undefined : readYaml(body)));
  app.addContentTypeParser(protobufType, { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) => readProtobuf(body));
  // Older kubectl names no type for what it creates; it is JSON.
  app.addContentTypeParser('*', { parseAs: 'string' }, async ({ headers }: FastifyRequest, body: string) => {
    if (headers['content-type'] !== undefined) throw new ApiError('UnsupportedMediaType', `the body is of ${headers['content-type'].slice(0, 100)}, which this route does not read: send application/json`);
    return body === '' ? undefined : readJson(body);
  });
}

/** The caller's own, if it is fit for logs. */
function requestId(given: string | string[] | undefined): string {
  return typeof given === 'string' && /^[\w.:/-]{1,128}$/.test(given) ? given : randomUUID();
}
