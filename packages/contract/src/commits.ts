import { z } from 'zod';

/**
 * Several writes that become real together or not at all. Each is checked as the single request would be;
 * `object.metadata.resourceVersion`, when given, must be the current one.
 */
export const CommitRequest = z.strictObject({
  ops: z
    .array(
      z.strictObject({
        verb: z.enum(['create', 'update', 'updateStatus', 'delete']),
        object: z.looseObject({ apiVersion: z.string(), kind: z.string(), metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }) }),
      }),
    )
    .min(1)
    .max(100),
});
export type CommitRequest = z.infer<typeof CommitRequest>;
export interface CommitAnswer {
  resourceVersion: string;
  /** The objects as stored, in the order of the ops; null for one that is gone. */
  objects: (object | null)[];
}
