import { ApiError } from '@spawnit/contract';
import type { FastifyInstance } from 'fastify';
import { readQuery, WriteQuery } from './query.js';
import { warn } from './warnings.js';

/** So many are looked for, each named so long at most: a body of a megabyte can have a hundred thousand, below a name of half of it. */
const mostNamed = 20;
const longest = 200;

const known = new WeakMap<object, readonly string[]>();

/** Keeps, for a body that was read, which fields it has more than once; the value that stood last is the one it has. */
export function rememberDuplicates(body: unknown, paths: Iterable<string>): void {
  const first: string[] = [];
  for (const path of paths) {
    first.push(path.length > longest ? `${path.slice(0, longest)}...` : path);
    if (first.length === mostNamed) break;
  }
  if (first.length > 0) known.set(body as object, [...new Set(first)]);
}

export function duplicatesOf(body: unknown): readonly string[] {
  return (typeof body === 'object' && body !== null && known.get(body)) || [];
}

/** A field that stands twice is taken as `fieldValidation` says, as an unknown one is: refused with BadRequest, told of, or passed over. */
export function judgeDuplicates(app: FastifyInstance): void {
  app.addHook('preHandler', async (request, reply) => {
    const fields = duplicatesOf(request.body);
    if (fields.length === 0) return;
    const { fieldValidation } = readQuery(WriteQuery.pick({ fieldValidation: true }), request.query);
    const causes = fields.map((field) => ({ field, reason: 'FieldValueDuplicate', message: `duplicate field "${field}"` }));
    if (fieldValidation === 'Strict') throw new ApiError('BadRequest', `the body has fields more than once: ${causes.map(({ message }) => message).join('; ')}`, { causes });
    if (fieldValidation === 'Warn') for (const { message } of causes) warn(reply, message);
  });
}
