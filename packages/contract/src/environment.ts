import type { z } from 'zod';

/** A program's settings, as its environment gives them. Throws an Error that names every variable that is missing or wrong. */
export function readEnvironment<S extends z.ZodType>(schema: S, environment: Record<string, string | undefined>): z.output<S> {
  const read = schema.safeParse(environment);
  if (read.success) return read.data;
  throw new Error(`the environment is not usable: ${read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')}`);
}
