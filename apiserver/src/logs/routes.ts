import { agentPaths, ApiError, byAge, isTerminal, jobKind, serviceKind, type Job, type LogAnswer, type Service } from '@spawnit/contract';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { reporterAt } from '../agent/caller.js';
import { assertCurrent, ownJob, passed } from '../agent/own-job.js';
import type { ServerContext } from '../context.js';
import { readQuery } from '../http/query.js';
import { all, find } from '../resources/records.js';
import { existing } from '../resources/existing.js';
import { logStartOf } from './again.js';
import type { Logs } from './logs.js';

const bodyLimit = 1024 * 1024;
const AppendQuery = z.object({ offset: z.coerce.number().int().min(0).max(1e14) });
const flag = z.enum(['', 'true', 'false', '1', '0']).transform((value) => value !== 'false' && value !== '0');
const ReadLogQuery = z.object({ offset: z.coerce.number().int().min(0).default(0), follow: flag.default(false), tail: z.coerce.number().int().min(0).max(1e6).optional() });

/** Agents add to the log of their running job; people read it, and follow it to its end. */
export async function logRoutes(app: FastifyInstance, context: ServerContext, logs: Logs): Promise<void> {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit }, async (_request: FastifyRequest, body: Buffer) => body);
    scope.post(agentPaths.log(':namespace', ':job').replaceAll('%3A', ':'), { bodyLimit }, (request) => append(context, logs, request));
  });
  const base = '/apis/spawnit.dev/v1/namespaces/:namespace';
  app.get(`${base}/jobs/:name/log`, (request, reply) => read(context, logs, request, reply, (namespace, name) => existing(context.registry.view, jobKind, namespace, name) as Job));
  app.get(`${base}/services/:name/log`, (request, reply) => read(context, logs, request, reply, (namespace, name) => newestJob(context, namespace, name)));
}

async function append(context: ServerContext, logs: Logs, request: FastifyRequest): Promise<LogAnswer> {
  const at = request.params as { namespace: string; job: string };
  const { offset } = readQuery(AppendQuery, request.query);
  const start = logStartOf(await writableJob(context, request, at));
  const end = await logs.append(at, start + offset, Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0));
  return { bytes: end - start };
}

/** A refusal may be due to what this server has not read yet; then it is asked again. */
async function writableJob(context: ServerContext, request: FastifyRequest, at: { namespace: string; job: string }): Promise<Job> {
  const check = () => {
    const own = ownJob(context.registry.view, reporterAt(request), at);
    if (own.job.status?.phase !== 'Running') throw passed(at, `it is ${own.job.status?.phase ?? 'Pending'}, and its log is closed`);
    assertCurrent(own);
    return own.job;
  };
  try {
    return check();
  } catch (error) {
    if (!ApiError.is(error, 'NotFound', 'EpochPassed')) throw error;
    await context.registry.sync();
    return check();
  }
}

async function read(context: ServerContext, logs: Logs, request: FastifyRequest, reply: FastifyReply, jobOf: (namespace: string, name: string) => Job): Promise<FastifyReply> {
  if (request.identity.role !== 'admin') throw new ApiError('Forbidden', 'logs are for people');
  const { offset, follow, tail } = readQuery(ReadLogQuery, request.query);
  const { namespace, name } = request.params as { namespace: string; name: string };
  await context.registry.sync();
  const { metadata } = jobOf(namespace, name);
  const at = { namespace, job: metadata.name };
  const from = tail === undefined ? offset : await logs.tailStart(at, tail);
  const stop = new AbortController();
  const ended = () => isOver(context, at, metadata.uid);
  const headers = { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff', 'x-spawnit-job': metadata.name };
  if (!context.streams.take(request, reply, headers, { end: () => stop.abort(), closed: () => stop.abort() })) return reply;
  void pump(logs.read(at, { from, follow, signal: stop.signal, ended }), reply.raw, stop.signal).catch((error: unknown) => {
    request.log.warn({ err: error }, 'a log could not be read to its end');
    reply.raw.destroy();
  });
  return reply;
}

function isOver({ registry }: ServerContext, { namespace, job }: { namespace: string; job: string }, uid: string | undefined): boolean {
  const now = find<Job>(registry.view, jobKind, namespace, job);
  return now?.metadata.uid !== uid || isTerminal(now?.status?.phase);
}

/** Only an answer that has all of it ends in order: one that is broken off, as by a server that stops, says so by breaking. */
async function pump(chunks: AsyncIterable<Buffer>, to: ServerResponse, signal: AbortSignal): Promise<void> {
  for await (const chunk of chunks) if (!to.write(chunk)) await once(to, 'drain', { signal });
  if (signal.aborted) to.destroy();
  else to.end();
}

function newestJob(context: ServerContext, namespace: string, name: string): Job {
  const service = existing(context.registry.view, serviceKind, namespace, name) as Service;
  const jobs = [...all<Job>(context.registry.view, jobKind, namespace)].filter(({ spec }) => spec.serviceUid === service.metadata.uid);
  const newest = jobs.sort(byAge).at(-1);
  if (newest === undefined) throw new ApiError('NotFound', `service ${namespace}/${name} has no jobs yet, so there is no log`, { kind: 'jobs' });
  return jobs.find((job) => job.metadata.name === service.status?.activeJob) ?? newest;
}
