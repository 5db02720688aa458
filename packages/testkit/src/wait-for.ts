import { errorText } from '@spawnit/contract';
import { setTimeout as pause } from 'node:timers/promises';

export interface WaitOptions {
  /** What is waited for, in words: it opens the error. */
  what: string;
  /** How long until it is given up, in ms; three minutes by default. It bounds what never comes: how long a thing takes is for `bench/`, and machines are busy. */
  timeoutMs?: number;
  /** Between two looks, in ms; 25 by default. */
  everyMs?: number;
}

type Falsy = false | 0 | '' | null | undefined;

/**
 * Asks `condition` again and again until it gives something truthy, and gives
 * that back. A condition that throws is asked again. At the time-out the error
 * says what was waited for and what the last look gave.
 */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  { what, timeoutMs = 180_000, everyMs = 25 }: WaitOptions,
): Promise<Exclude<T, Falsy>> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const look = await lookOnce(condition, deadline);
    if (look.value) return look.value as Exclude<T, Falsy>;
    if (performance.now() >= deadline) {
      throw new Error(`waited ${timeoutMs} ms for ${what}; ${describe(look)}`, { cause: look.error });
    }
    await pause(everyMs);
  }
}

interface Look<T> {
  value?: T;
  error?: unknown;
  hung?: boolean;
}

/** One look; a condition that never answers must not outlive the deadline. */
async function lookOnce<T>(condition: () => T | Promise<T>, deadline: number): Promise<Look<T>> {
  const stop = new AbortController();
  const left = Math.max(1, deadline - performance.now());
  const hung = pause(left, { hung: true }, { signal: stop.signal }).catch(() => ({ hung: true }));
  try {
    const answer = (async () => ({ value: await condition() }))();
    return await Promise.race([answer, hung]);
  } catch (error) {
    return { error };
  } finally {
    stop.abort();
  }
}

function describe(look: Look<unknown>): string {
  if (look.hung) return 'the last look had not come back by then';
  if (look.error !== undefined) return `the last look failed: ${errorText(look.error)}`;
  return `the last look gave ${JSON.stringify(look.value) ?? 'undefined'}`;
}
