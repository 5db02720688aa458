import type { Status } from '@spawnit/contract';
import { connection } from '../live/connection.js';
import { pageHalf } from '../session/page-half.js';
import { Failure } from './failure.js';

export interface Call {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  query?: Record<string, string | number | boolean | undefined>;
  body?: unknown;
  contentType?: string;
  signal?: AbortSignal;
  /** Of another session than the one that this page keeps. */
  half?: string;
  /** Who finds that the session is over waits for the next one, and asks again; what changes something is not done behind a person's back. */
  patient?: boolean;
}

/** Asks the API in the session of this browser. Throws Failure. */
export async function call<T>(path: string, options: Call = {}): Promise<T> {
  const answer = await send(path, options);
  return (answer.status === 204 ? undefined : await answer.json()) as T;
}

export async function send(path: string, call: Call = {}): Promise<Response> {
  const { method = 'GET', query = {}, body, contentType, signal, half = pageHalf(), patient = method === 'GET' || query['dryRun'] !== undefined } = call;
  const url = new URL(path, window.location.origin);
  for (const [key, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(key, String(value));
  const headers = { ...(half !== undefined && { 'x-spawnit-session': half }), ...(body !== undefined && { 'content-type': contentType ?? 'application/json' }) };
  const init = { method, signal, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
  const answer = await fetch(url, init).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw new Failure('The server can’t be reached. What runs goes on running; this page tries again by itself.');
  });
  if (answer.status === 401) {
    connection.signedOut();
    if (patient) {
      await connection.untilSignedIn(signal);
      return send(path, call);
    }
  }
  if (!answer.ok) throw await failureOf(answer);
  return answer;
}

async function failureOf(answer: Response): Promise<Failure> {
  const requestId = answer.headers.get('x-request-id') ?? undefined;
  const status = (await answer.json().catch(() => undefined)) as Partial<Status> | undefined;
  return new Failure(status?.message ?? `The server answered ${answer.status}.`, { status: answer.status, reason: status?.reason, requestId, causes: status?.details?.causes });
}
