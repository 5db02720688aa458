import { useEffect, useState } from 'react';
import { send } from '../api/call.js';
import { api } from '../api/paths.js';

const pauseMs = 1_000;

export interface FollowedLog {
  lines: readonly string[];
  over: boolean;
  error?: unknown;
}

/** A job's log as it grows. Bytes are counted, so that after any break it goes on where it was, with no line lost or twice. */
export function useLog(namespace: string, job: string): FollowedLog {
  const [log, setLog] = useState<FollowedLog>({ lines: [], over: false });
  useEffect(() => {
    const ending = new AbortController();
    void followLog(api.jobLog(namespace, job), ending.signal, setLog);
    return () => ending.abort();
  }, [namespace, job]);
  return log;
}

async function followLog(path: string, signal: AbortSignal, show: (log: FollowedLog) => void): Promise<void> {
  const decoder = new TextDecoder();
  const lines: string[] = [''];
  let offset = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const publish = (over: boolean, error?: unknown) => {
    clearTimeout(timer);
    timer = undefined;
    show({ lines: lines.at(-1) === '' ? lines.slice(0, -1) : [...lines], over, error });
  };
  while (!signal.aborted) {
    try {
      const answer = await send(path, { query: { offset, follow: true }, signal });
      for (const reader = answer.body!.getReader(); ; ) {
        const { done, value } = await reader.read();
        if (done) return publish(true);
        offset += value.length;
        const [first = '', ...rest] = decoder.decode(value, { stream: true }).split('\n');
        lines[lines.length - 1] += first;
        lines.push(...rest);
        timer ??= setTimeout(() => publish(false), 100);
      }
    } catch (error) {
      if (signal.aborted) return;
      publish(false, error);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}
