import { jsonLines } from './json-lines.js';
import type { Call, Transport } from './transport.js';

/** Keep-alive lines come every 5 s: a stream that has been silent for this long is dead. */
const deadAfterMs = 15_000;

/** The lines of an endless stream; throws when nothing has come for `silenceMs`, as of a connection whose other end is gone without a word. */
export async function* liveLines(transport: Transport, path: Call['path'], signal: AbortSignal, silenceMs = deadAfterMs): AsyncGenerator<unknown> {
  const dead = new AbortController();
  const watchdog = setTimeout(() => dead.abort(), silenceMs);
  try {
    const body = await transport.stream({ path, signal: AbortSignal.any([signal, dead.signal]) });
    for await (const line of jsonLines(body)) {
      watchdog.refresh();
      yield line;
    }
  } finally {
    clearTimeout(watchdog);
  }
}
