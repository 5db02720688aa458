import { ApiError } from '@spawnit/contract';
import { z } from 'zod';

const flag = z.enum(['true', 'false', '1', '0', '']).transform((text) => text === 'true' || text === '1');
const version = z.string().regex(/^\d{0,16}$/, 'must be a resourceVersion as the server gave it');
const count = z.coerce.number().int().min(0);

export const ReadQuery = z.object({
  watch: flag.default(false),
  allowWatchBookmarks: flag.default(false),
  sendInitialEvents: flag.optional(),
  resourceVersion: version.optional().transform((text) => (text === '' ? undefined : text)),
  resourceVersionMatch: z.enum(['Exact', 'NotOlderThan', '']).optional(),
  timeoutSeconds: count.max(86_400).optional(),
  limit: count.optional(),
  continue: z.string().max(1_000).optional(),
  labelSelector: z.string().max(4_000).optional(),
  fieldSelector: z.string().max(4_000).optional(),
  includeObject: z.enum(['None', 'Metadata', 'Object']).default('Metadata'),
});
export type ReadQuery = z.infer<typeof ReadQuery>;

export const WriteQuery = z.object({
  dryRun: z.union([z.enum(['All', '']), z.array(z.literal('All'))], 'must be All').optional().transform((value) => value !== undefined && value !== ''),
  fieldValidation: z.enum(['Strict', 'Warn', 'Ignore', '']).optional().transform((value) => value || 'Strict'),
  labelSelector: z.string().max(4_000).optional(),
  fieldSelector: z.string().max(4_000).optional(),
  propagationPolicy: z.enum(['Foreground', 'Background', 'Orphan', '']).optional(),
  fieldManager: z.string().max(128).optional(),
  force: flag.default(false),
});
export type WriteQuery = z.infer<typeof WriteQuery>;

/** Throws BadRequest that names the parameter. Unknown parameters are left out of account, as in Kubernetes. */
export function readQuery<T extends z.ZodType>(schema: T, query: unknown): z.output<T> {
  const parsed = schema.safeParse(query);
  if (parsed.success) return parsed.data;
  throw new ApiError('BadRequest', parsed.error.issues.map((issue) => `query parameter ${issue.path.join('.')}: ${issue.message}`).join('; '));
}
