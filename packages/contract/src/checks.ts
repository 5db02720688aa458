import { z } from 'zod';
import { CheckResult } from './agent.js';

/** POST of a service's check: who asks regularly tells how often the service is truly checked. */
export const CheckRequest = z.strictObject({ everySeconds: z.number().positive().optional() });
export type CheckRequest = z.infer<typeof CheckRequest>;

/** GET of it: the last verdict and its age, from the memory of the server that the service's node is connected to. NotFound before the first. */
export const CheckAge = CheckResult.pick({ verdict: true, by: true, durationMs: true }).extend({
  ageSeconds: z.number().min(0),
  /** What was asked for, and what the last ones truly came to. */
  intervalSeconds: z.int(),
  everySeconds: z.number().positive().optional(),
});
export type CheckAge = z.infer<typeof CheckAge>;
