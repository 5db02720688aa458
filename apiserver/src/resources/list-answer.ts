import type { Resource } from '@spawnit/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { wantsYaml } from '../http/accept.js';

/** Longer lists are sent in pieces of about so many characters. */
const pieceLength = 64 * 1024;
/** Of so many items at most, a list is one piece anyway. */
const fewItems = 25;

/**
 * Sends a list. A long one goes out piece by piece: as one text it would be megabytes that live just long enough to be dear to
 * collect, and nobody else would be served meanwhile. `present` is asked for each item when its turn has come.
 */
export function answerList(request: FastifyRequest, reply: FastifyReply, list: { items: readonly Resource[] }, present: (item: Resource) => Resource): unknown {
  if (list.items.length <= fewItems || wantsYaml(request.headers.accept)) return { ...list, items: list.items.map(present) };
  return reply.type('application/json; charset=utf-8').send(Readable.from(pieces(list, present)));
}

function* pieces({ items, ...head }: { items: readonly Resource[] }, present: (item: Resource) => Resource): Generator<string, void> {
  let piece = `${JSON.stringify(head).slice(0, -1)},"items":[`;
  for (const [i, item] of items.entries()) {
    piece += `${i === 0 ? '' : ','}${JSON.stringify(present(item))}`;
    if (piece.length < pieceLength) continue;
    yield piece;
    piece = '';
  }
  yield `${piece}]}`;
}
