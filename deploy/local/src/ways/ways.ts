import { MissingPart } from '../part/missing.js';
import type { Progress } from '../part/part.js';

/** One way of getting a part. */
export interface Way {
  /** What is being done, for people: `download …`, `build …`. */
  title: string;
  /** Why this way is closed here, or undefined when it is open. */
  closed?: () => Promise<string | undefined>;
  take: () => Promise<unknown>;
}

/**
 * Takes the first way that is open and leads to the end, and gives its title.
 * Throws a MissingPart that says why each of them did not.
 */
export async function firstWay(part: string, ways: Way[], mend: string, progress: Progress): Promise<string> {
  const reasons: string[] = [];
  for (const way of ways) {
    try {
      const closed = await way.closed?.();
      if (closed === undefined) {
        progress(`${way.title} …`);
        await way.take();
        return way.title;
      }
      reasons.push(`${way.title}: ${closed}`);
    } catch (error) {
      reasons.push(`${way.title}: ${(error as Error).message}`);
      progress(`${way.title} did not work: ${(error as Error).message.split('\n')[0]}`);
    }
  }
  throw new MissingPart(part, `is not installed, and could not be had\n- ${reasons.join('\n- ')}`, mend);
}
