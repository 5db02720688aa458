import { ApiError, errorText, Status } from '@spawnit/contract';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { ServerContext } from '../context.js';
import { sessionAuthorization } from '../session/cookie.js';
import type { Members } from '../leases/members.js';
import { serverHearing } from '../leases/shared-beats.js';

const forwarded = 'x-spawnit-forwarded';

/**
 * Has the server that the node is connected to ask it, with the caller's own rights. Behind a balancer that may be any of
 * them; the one that heard the node last is asked first. Throws ServiceUnavailable when there is none.
 */
export async function askOthers<T>({ registry }: ServerContext, members: Members, answer: z.ZodType<T>, { node, request, signal }: { node: string; request: FastifyRequest; signal: AbortSignal }): Promise<T> {
  const { view } = registry;
  const hearing = serverHearing(view, node);
  const others = request.headers[forwarded] ? [] : members.otherIds(view).sort((a, b) => Number(b === hearing) - Number(a === hearing));
  let why = unavailable(node, 'it is not connected');
  for (const other of others) {
    try {
      return answer.parse(await forward(members.urlOf(view, other)!, request, signal));
    } catch (error) {
      if (!ApiError.is(error, 'ServiceUnavailable')) throw error;
      why = unavailable(node, error.message);
    }
  }
  throw why;
}

/** Hands on what is for another server. Throws as that answers. */
export async function passOn({ registry }: ServerContext, members: Members, { to, request }: { to: string; request: FastifyRequest }): Promise<object> {
  const url = members.urlOf(registry.view, to);
  if (url === undefined || request.headers[forwarded]) throw new ApiError('NotFound', 'nobody waits for the result of this check (any more)');
  await forward(url, request, AbortSignal.timeout(10_000));
  return {};
}

/** Tells all other servers, as the one who listens may do so at any of them. What does not arrive is lost. */
export function tellOthers({ registry }: ServerContext, members: Members, request: FastifyRequest): void {
  if (request.headers[forwarded]) return;
  const urls = members.otherIds(registry.view).map((id) => members.urlOf(registry.view, id)!);
  for (const url of urls) void forward(url, request, AbortSignal.timeout(2_000)).catch(() => undefined);
}

async function forward(server: string, request: FastifyRequest, signal: AbortSignal): Promise<unknown> {
  const headers = { authorization: request.headers.authorization ?? sessionAuthorization(request) ?? '', 'content-type': 'application/json', [forwarded]: '1' };
  // Its path alone: `GET http://elsewhere/…` is a request as well, and would have the caller choose who is asked.
  const answer = await fetch(new URL(server).origin + pathOf(request.url), { method: request.method, headers, ...(request.method !== 'GET' && { body: JSON.stringify(request.body ?? {}) }), signal }).catch((error: unknown) => {
    throw away(server, errorText(error));
  });
  const body: unknown = await answer.json().catch(() => undefined);
  if (answer.ok) return body;
  const status = Status.safeParse(body);
  throw status.success ? ApiError.fromStatus(status.data) : away(server, `HTTP ${answer.status}`);
}

function pathOf(url: string): string {
  return url.replace(/^https?:\/\/[^/?]*/i, '');
}

function away(server: string, why: string): ApiError {
  return new ApiError('ServiceUnavailable', `the server ${server} does not answer: ${why}`, { retryAfterSeconds: 5 });
}

function unavailable(node: string, why: string): ApiError {
  return new ApiError('ServiceUnavailable', `node ${node}, on which the service stands, cannot be asked: ${why}`, { kind: 'nodes', name: node, retryAfterSeconds: 5 });
}
