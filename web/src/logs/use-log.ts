import { useEffect, useState } from 'react';
import { send } from '../api/call.js';
import { asFailure } from '../api/failure.js';
import { api } from '../api/paths.js';
import { connection } from '../live/connection.js';
import { LogText } from './log-text.js';

const pauseMs = 1_000;
/** To ask again would be answered the same. */
const refused = [401, 403, 404];
/** So long (ms) is read at a stretch before the page has its turn. */
const stretchMs = 8;

export interface FollowedLog {
  text: LogText;
  over: boolean;
  error?: unknown;
}

/** A job's log as it grows. Bytes are counted, so that after any break it goes on where it was, with no line lost or twice. */
export function useLog(namespace: string, job: string): FollowedLog {
  const [log, setLog] = useState<FollowedLog>(() => ({ text: new LogText(), over: false }));
  useEffect(() => {
    const ending = new AbortController();
    const text = new LogText();
    setLog({ text, over: false });
    void follow(api.jobLog(namespace, job), text, ending.signal, (state) => setLog({ text, ...state }));
    return () => ending.abort();
  }, [namespace, job]);
  return log;
}

/** An answer that ends is the end of the log; one that breaks off is not, and is asked for anew from the byte it broke at. */
async function follow(path: string, text: LogText, signal: AbortSignal, tell: (state: Omit<FollowedLog, 'text'>) => void): Promise<void> {
  let offset = 0;
  while (!signal.aborted) {
    await connection.untilUsable(signal);
    const once = new AbortController();
    const over = new AbortController();
    void connection.breaks(once, AbortSignal.any([signal, over.signal]));
    try {
      const answer = await send(path, { query: { offset, follow: true }, signal: AbortSignal.any([signal, once.signal]) });
      tell({ over: false });
      for await (const bytes of bytesOf(answer)) {
        offset += bytes.length;
        text.push(bytes);
      }
      text.end();
      return tell({ over: true });
    } catch (error) {
      if (signal.aborted) return;
      // That the server is away is told above the page.
      if (once.signal.aborted) continue;
      const { status = 0 } = asFailure(error).details;
      tell({ over: status === 404, error });
      if (refused.includes(status)) return;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    } finally {
      over.abort();
    }
  }
}

async function* bytesOf({ body }: Response): AsyncGenerator<Uint8Array> {
  let since = performance.now();
  for (const reader = body!.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
    if (performance.now() - since < stretchMs) continue;
    await new Promise((resolve) => setTimeout(resolve));
    since = performance.now();
  }
}
