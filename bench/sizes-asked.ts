const variables = ['SPAWNIT_BENCH_SERVICES', 'SPAWNIT_BENCH_CONTAINERS'] as const;

/** Sizes of one's own are for a look: docs/benchmarks.md keeps the table of the usual ones. */
export const ownSizes = variables.some((variable) => process.env[variable] !== undefined);

/** The sizes that a variable asks for, as `100,1000`, or else these. Throws for what is no list of whole numbers of at least 1. */
export function sizesAsked(variable: (typeof variables)[number], usual: number[]): number[] {
  const asked = process.env[variable];
  if (asked === undefined) return usual;
  const sizes = asked.split(',').map(Number);
  if (sizes.every((size) => Number.isInteger(size) && size > 0)) return sizes;
  throw new Error(`${variable} takes numbers of at least 1, such as ${usual.join(',')}, not ${JSON.stringify(asked)}`);
}
