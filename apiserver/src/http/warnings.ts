import type { FastifyReply } from 'fastify';

/** Adds a Warning header (RFC 7234, code 299), which kubectl prints. */
export function warn(reply: FastifyReply, message: string): void {
  const text = message.replace(/[\\"]/g, '\\$&').replace(/[^\x20-\x7e]/g, '?');
  const before = reply.getHeader('warning');
  const all = before === undefined ? [] : Array.isArray(before) ? before : [String(before)];
  reply.header('warning', [...all, `299 - "${text}"`]);
}
