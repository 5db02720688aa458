import type { FastifyReply } from 'fastify';

/** Headers are bounded, by those who read them too. */
const most = 20;
const longest = 256;

const given = new WeakMap<FastifyReply, { headers: string[]; more: number }>();

/** Adds a Warning header (RFC 7234, code 299), which kubectl prints. Of very many, the last tells how many more there are. */
export function warn(reply: FastifyReply, message: string): void {
  const all = given.get(reply) ?? { headers: [], more: 0 };
  if (all.headers.length < most) all.headers.push(headerOf(message));
  else all.headers[most] = headerOf(`and ${++all.more} more`);
  if (given.has(reply)) return;
  given.set(reply, all);
  // What comes later goes into the same list, which is written with the answer.
  reply.header('warning', all.headers);
}

function headerOf(message: string): string {
  const short = message.length > longest ? `${message.slice(0, longest)}...` : message;
  return `299 - "${short.replace(/[\\"]/g, '\\$&').replace(/[^\x20-\x7e]/g, '?')}"`;
}
