import { ApiError, CheckResult, Status } from '@spawnit/contract';
import type { FastifyRequest } from 'fastify';
import type { ServerContext } from '../context.js';
import type { Members } from '../leases/members.js';
import { serverHearing } from '../leases/shared-beats.js';

const forwarded = 'x-spawnit-forwarded';

/** Has the server that the node speaks to ask it, with the caller's own rights. Throws ServiceUnavailable when there is none. */
export async function askOther({ registry }: ServerContext, members: Members, { node, request, signal }: { node: string; request: FastifyRequest; signal: AbortSignal }): Promise<CheckResult> {
  const other = serverHearing(registry.view, node);
  const url = other === undefined || other === members.id || request.headers[forwarded] ? undefined : members.urlOf(registry.view, other);
  if (url === undefined) throw unavailable(node, 'it is not connected');
  const headers = { authorization: request.headers.authorization ?? '', 'content-type': 'application/json', [forwarded]: '1' };
  const answer = await fetch(new URL(request.url, url), { method: 'POST', headers, body: '{}', signal }).catch((error: unknown) => {
    throw unavailable(node, `the server that it speaks to, ${url}, does not answer: ${error instanceof Error ? error.message : String(error)}`);
  });
  const body: unknown = await answer.json().catch(() => undefined);
  if (answer.ok) return CheckResult.parse(body);
  const status = Status.safeParse(body);
  throw status.success ? ApiError.fromStatus(status.data) : unavailable(node, `the server that it speaks to answered HTTP ${answer.status}`);
}

function unavailable(node: string, why: string): ApiError {
  return new ApiError('ServiceUnavailable', `node ${node}, on which the service stands, cannot be asked: ${why}`, { kind: 'nodes', name: node, retryAfterSeconds: 5 });
}
