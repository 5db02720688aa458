import type { Resource } from '@spawnit/contract';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { send } from '../api/call.js';
import { asFailure } from '../api/failure.js';
import { api } from '../api/paths.js';
import { ages, type Ages } from './ages.js';
import { connection } from './connection.js';
import { live, plurals, type Plural } from './store.js';
import { Rested, StreamWatch, untilSeen } from './watch.js';

const firstPauseMs = 500;
const longestPauseMs = 10_000;

/** Follows everything in one stream until `signal`, or the end of the session; after any break it goes on behind the last event that was heard. */
export async function follow(signal: AbortSignal): Promise<void> {
  let position: string | undefined;
  for (let failures = 0; !signal.aborted; ) {
    try {
      await readOnce(position, signal, (id) => {
        position = id;
        failures = 0;
      });
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof Rested) {
        connection.rested();
        await untilSeen(signal);
        continue;
      }
      if (asFailure(error).unauthorized) return;
    }
    connection.lost();
    await pause(Math.min(firstPauseMs * 2 ** failures++, longestPauseMs) * (0.5 + Math.random() / 2), signal);
  }
}

async function readOnce(position: string | undefined, signal: AbortSignal, heard: (id: string) => void): Promise<void> {
  const watch = new StreamWatch();
  const parser = createParser({
    onEvent: (event) => {
      take(event);
      if (event.id) heard(event.id);
    },
  });
  try {
    const answer = await send(api.stream, { query: { kinds: plurals.join(','), ages: true, lastEventId: position }, patient: false, signal: AbortSignal.any([signal, watch.signal]) });
    const decoder = new TextDecoder();
    for (const reader = answer.body!.getReader(); ; ) {
      const { done, value } = await reader.read();
      if (done) return;
      watch.heard();
      connection.heard();
      parser.feed(decoder.decode(value, { stream: true }));
    }
  } finally {
    watch.end();
  }
}

function take({ event, data }: EventSourceMessage): void {
  if (event === 'sync') {
    const { plural, items } = JSON.parse(data) as { plural: Plural; items: Resource[] };
    return live.sync(plural, items);
  }
  if (event === 'ages') return ages.take(JSON.parse(data) as Ages);
  if (event !== 'change') return;
  const { type, object } = JSON.parse(data) as { type: string; object: Resource };
  live.change(pluralOf(object), type, object);
}

function pluralOf({ kind }: Resource): Plural {
  return `${kind.toLowerCase()}s` as Plural;
}

/** Ends early when the network or the page comes back. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      for (const [target, name] of wakers) target.removeEventListener(name, done);
      resolve();
    };
    const wakers: [EventTarget, string][] = [[window, 'online'], [document, 'visibilitychange'], [signal, 'abort']];
    const timer = setTimeout(done, ms);
    for (const [target, name] of wakers) target.addEventListener(name, done);
  });
}
