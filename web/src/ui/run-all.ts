import { asFailure } from '../api/failure.js';

const atOnce = 6;

export interface Outcome {
  done: number;
  refused: { name: string; why: string }[];
}

/** Does the same to each, a few at once; one that is refused does not keep the others from it. */
export async function runAll<T extends { metadata: { name: string } }>(all: readonly T[], act: (each: T) => Promise<unknown>): Promise<Outcome> {
  const outcome: Outcome = { done: 0, refused: [] };
  const waiting = [...all];
  const work = async () => {
    for (let each = waiting.shift(); each; each = waiting.shift()) {
      const { name } = each.metadata;
      await act(each).then(
        () => outcome.done++,
        (error: unknown) => outcome.refused.push({ name, why: asFailure(error).message }),
      );
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return outcome;
}
