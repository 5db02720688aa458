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

/** The configuration that was planned, as far as it says where values come from. An expression of a block is something else. */
export interface ConfigModule {
  resources?: { address: string; expressions?: Record<string, unknown> }[];
  variables?: Record<string, { default?: unknown }>;
  module_calls?: Record<string, { expressions?: Record<string, unknown>; module?: ConfigModule }>;
}

const ConfigModule: z.ZodType<ConfigModule> = z.lazy(() =>
  z.object({
    resources: z.array(z.object({ address: z.string(), expressions: z.record(z.string(), z.unknown()).optional() })).optional(),
    variables: z.record(z.string(), z.object({ default: z.unknown().optional() })).optional(),
    module_calls: z.record(z.string(), z.object({ expressions: z.record(z.string(), z.unknown()).optional(), module: ConfigModule.optional() })).optional(),
  }),
);

/** What `tofu show -json` says of a plan, as far as it is used. Source: OpenTofu's "JSON Output Format", 1.2. */
export const PlanJson = z.object({
  format_version: z.string(),
  resource_drift: z.array(ResourceChange).default([]),
  resource_changes: z.array(ResourceChange).default([]),
  output_changes: z.record(z.string(), Change).default({}),
  errored: z.boolean().optional(),
  /** It only explains: a plan counts without it. */
  configuration: z.object({ root_module: ConfigModule }).optional().catch(undefined),
});
export type PlanJson = z.infer<typeof PlanJson>;
