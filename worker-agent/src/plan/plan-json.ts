import { z } from 'zod';

const Path = z.array(z.union([z.string(), z.number()]));
const Change = z.object({
  actions: z.array(z.enum(['no-op', 'create', 'read', 'update', 'delete', 'forget'])),
  before: z.unknown().optional(),
  after: z.unknown().optional(),
  /** In the shape of the value, true where it is not known (is sensitive), or just true for all of it. */
  after_unknown: z.unknown().optional(),
  before_sensitive: z.unknown().optional(),
  after_sensitive: z.unknown().optional(),
  replace_paths: z.array(Path).optional(),
  importing: z.unknown().optional(),
});
export type PlanChange = z.infer<typeof Change>;
const ResourceChange = z.object({ address: z.string(), mode: z.string().optional(), change: Change, action_reason: z.string().optional() });
export type ResourceChange = z.infer<typeof ResourceChange>;

/** What `tofu show -json` says of a plan, as far as it is used. Source: OpenTofu's "JSON Output Format", 1.2. */
export const PlanJson = z.object({
  format_version: z.string(),
  resource_drift: z.array(ResourceChange).default([]),
  resource_changes: z.array(ResourceChange).default([]),
  output_changes: z.record(z.string(), Change).default({}),
  errored: z.boolean().optional(),
});
export type PlanJson = z.infer<typeof PlanJson>;
