import { setTimeout as delay } from 'node:timers/promises';

/** Between attempts to reach a server again, in ms: it is found quickly after a restart, and not flooded while it is away. */
export const firstPauseMs = 200;
const longestPauseMs = 5_000;

export function longerPause(pauseMs: number): number {
  return Math.min(longestPauseMs, 2 * pauseMs);
}

/**
 * Tries until an attempt gives something, and gives that; undefined after the signal. A stream gives nothing: it is opened again,
 * broken or read to its end. `works` lets the pauses begin anew; `onBreak` isn't told of what the signal broke.
 */
export async function keepTrying<T>(
  signal: AbortSignal,
  attempt: (works: () => void) => Promise<T | undefined>,
  onBreak: (error: unknown) => void,
  pause: (ms: number, signal: AbortSignal) => Promise<void> = wait,
): Promise<T | undefined> {
  let pauseMs = firstPauseMs;
  const works = () => {
    pauseMs = firstPauseMs;
  };
  while (!signal.aborted) {
    try {
      const given = await attempt(works);
      if (given !== undefined) return given;
    } catch (error) {
      if (!signal.aborted) onBreak(error);
    }
    await pause(pauseMs, signal);
    pauseMs = longerPause(pauseMs);
  }
  return undefined;
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return delay(ms, undefined, { signal }).catch(() => undefined);
}
