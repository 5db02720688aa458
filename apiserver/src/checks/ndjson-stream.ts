import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ServerContext } from '../context.js';

const keepAliveMs = 5_000;
/** Bytes that may wait for a reader that takes nothing: then it is closed, and comes again. */
const mostWaiting = 16 * 1024 * 1024;

/** Holds the answer open as lines of JSON, with `{}` as a sign of life. `connect` gets the ways to send a line and to end the answer, and gives what is to be done when it is over. */
export function ndjsonStream(context: ServerContext, request: FastifyRequest, reply: FastifyReply, connect: (send: (line: string) => void, end: () => void) => () => void): FastifyReply {
  const closing = { disconnect: () => undefined as void };
  const timer = setInterval(() => reply.raw.write('{}\n'), keepAliveMs);
  const closed = () => {
    clearInterval(timer);
    closing.disconnect();
  };
  try {
    if (!context.streams.take(request, reply, { 'content-type': 'application/x-ndjson' }, { end: () => reply.raw.end(), closed })) return reply;
  } catch (error) {
    clearInterval(timer);
    throw error;
  }
  reply.raw.write('{}\n');
  const send = (line: string) => {
    if (reply.raw.writableLength <= mostWaiting) return void reply.raw.write(line);
    context.streams.pressure.closed += 1;
    reply.raw.destroy();
  };
  closing.disconnect = connect(send, () => void reply.raw.end());
  return reply;
}
