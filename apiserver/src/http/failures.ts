import { ApiError, nearest } from '@spawnit/contract';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { storeFailure } from '../store-failure.js';

/** The one place where errors become answers. */
export function answerFailures(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, request, reply) => answerFailure(error, request, reply));
  const templates = new Set<string>();
  app.addHook('onRoute', ({ url }) => void templates.add(url));
  app.setNotFoundHandler((request, reply) => answerFailure(notFound(app, request, templates), request, reply));
}

export function answerFailure(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const known = asApiError(error);
  const { retryAfterSeconds, internal } = known.details;
  if (known.status >= 500) request.log.error({ err: internal ?? error }, known.message);
  // Somebody who was thought gone has come back: nothing is wrong, and people should know.
  if (known.code === 'NotLeader') request.log.warn(known.message);
  if (retryAfterSeconds !== undefined) reply.header('retry-after', String(Math.ceil(retryAfterSeconds)));
  if (known.code === 'Unauthorized') reply.header('www-authenticate', 'Bearer realm="spawnit"');
  return reply.code(known.status).type('application/json').send(known.toStatus());
}

/** Any error as one of the coded table; what was not foreseen is InternalError, and its text stays in the log. */
export function asApiError(error: unknown): ApiError {
  const found = storeFailure(error);
  if (found instanceof ApiError) return found;
  const { code = '', statusCode } = found as Partial<FastifyError>;
  const message = Object.hasOwn(fastifyErrors, code) ? fastifyErrors[code]! : undefined;
  if (message) return new ApiError(message[0], message[1]);
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) return new ApiError('BadRequest', (found as Error).message);
  return new ApiError('InternalError', 'the server met an error that it did not foresee; the request id finds it in the log', { internal: found });
}

const fastifyErrors: Record<string, [ConstructorParameters<typeof ApiError>[0], string]> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['PayloadTooLarge', 'the body is larger than this route takes'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['UnsupportedMediaType', 'the body is of a content type that this route does not read; application/json is'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['BadRequest', 'the body is not as long as Content-Length says'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['BadRequest', 'the body is empty, and a JSON object was expected'],
  FST_ERR_BAD_URL: ['BadRequest', 'the path is not a valid URL path'],
};

/** Characters of a path for which a like one is sought: that takes as long as the square of them. */
const longestGuessed = 300;
const verbs = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

function notFound(app: FastifyInstance, request: FastifyRequest, templates: ReadonlySet<string>): ApiError {
  const path = request.url.split('?')[0]!;
  const allowed = verbs.filter((method) => method !== request.method && app.findRoute({ method, url: path }) !== null);
  if (allowed.length > 0) return new ApiError('MethodNotAllowed', `${request.method} is not possible on ${path}; ${allowed.join(', ')} ${allowed.length > 1 ? 'are' : 'is'}`);
  const near = path.length > longestGuessed ? undefined : nearest(path, likely(path, templates));
  return new ApiError('NotFound', `the server has no ${path}${near ? `, did you mean ${near}?` : ''}`);
}

/** Routes of as many parts, with the parameters as in the path. */
function likely(path: string, templates: ReadonlySet<string>): string[] {
  const parts = path.split('/');
  const fitting = [...templates].map((template) => template.split('/')).filter(({ length }) => length === parts.length);
  return fitting.map((template) => template.map((part, index) => (part.startsWith(':') ? parts[index]! : part)).join('/'));
}
