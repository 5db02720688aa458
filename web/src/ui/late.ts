import { lazy, type ComponentType } from 'react';

/** Each wait is twice as long as the one before: eight seconds in all. */
const waitsMs = [250, 500, 1_000, 2_000, 4_000];

/**
 * Loads what is not in the first bundle. Browsers break loads off whenever a network of the machine comes or goes, and an
 * engine that makes containers makes such all the time: so each is tried again. Throws PartMissing after that.
 */
export async function patiently<T>(load: () => Promise<T>): Promise<T> {
  for (const waitMs of waitsMs) {
    try {
      return await load();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
  return load().catch((error: unknown) => {
    throw new PartMissing(error);
  });
}

/** Says so in words of its own, for the router answers a browser's by opening the page anew: without a network nothing would be left of it. */
export class PartMissing extends Error {
  constructor(cause: unknown) {
    super('The network or the server is away, or the server is of another version by now.', { cause });
  }
}

/** A component that is loaded when it is first shown. */
export function late<Props extends object>(load: () => Promise<ComponentType<Props>>) {
  return lazy(async () => ({ default: await patiently(load) }));
}
