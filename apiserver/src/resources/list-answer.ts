import type { Resource } from '@spawnit/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { wantsYaml } from '../http/accept.js';

/** Longer lists are sent in pieces of so many items. */
const itemsAPiece = 50;

/**
 * Sends a list. A long one goes out piece by piece: as one text it would be megabytes that live just long enough to be dear to
 * collect, and nobody else would be served meanwhile. `present` is asked for each item when its turn has come.
 */
export function answerList(request: FastifyRequest, reply: FastifyReply, list: { items: readonly Resource[] }, present: (item: Resource) => Resource): unknown {
  if (list.items.length <= itemsAPiece || wantsYaml(request.headers.accept)) return { ...list, items: list.items.map(present) };
  return reply.type('application/json; charset=utf-8').send(Readable.from(pieces(list, present)));
}

function* pieces({ items, ...head }: { items: readonly Resource[] }, present: (item: Resource) => Resource): Generator<string, void> {
  yield `${JSON.stringify(head).slice(0, -1)},"items":[`;
  for (let from = 0; from < items.length; from += itemsAPiece) {
    const piece = items.slice(from, from + itemsAPiece).map(present);
    yield `${from === 0 ? '' : ','}${JSON.stringify(piece).slice(1, -1)}`;
  }
  yield ']}';
}
