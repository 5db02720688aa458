import { readEnvironment } from '@spawnit/contract';
import { z } from 'zod';
import { defaultKept, type Kept } from './retention.js';

const Environment = z.object({
  SPAWNIT_KEEP_JOBS: z.coerce.number().int().min(1).max(1_000).default(defaultKept.jobs),
  SPAWNIT_KEEP_REVISIONS: z.coerce.number().int().min(1).max(1_000).default(defaultKept.revisions),
});

/** How much is kept of each service; throws naming each bad variable. */
export function readKept(environment: Record<string, string | undefined> = process.env): Kept {
  const { SPAWNIT_KEEP_JOBS: jobs, SPAWNIT_KEEP_REVISIONS: revisions } = readEnvironment(Environment, environment);
  return { jobs, revisions };
}
