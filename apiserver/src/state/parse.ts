import { ApiError } from '@spawnit/contract';
import { createHash } from 'node:crypto';
import { z } from 'zod';

/** What is read of a tofu state (format version 4); the bytes themselves are kept as they came. */
const TofuState = z.looseObject({
  version: z.int(),
  serial: z.int().min(0),
  lineage: z.string().min(1).max(200),
  resources: z.array(z.looseObject({ mode: z.string().optional(), instances: z.array(z.unknown()).optional() })).nullish(),
  outputs: z.record(z.string(), z.looseObject({ value: z.unknown(), sensitive: z.boolean().optional() })).nullish(),
});

export interface StateOutput {
  value: unknown;
  sensitive: boolean;
}

export interface ParsedState {
  serial: number;
  lineage: string;
  /** MD5 (hex) of the bytes. */
  md5: string;
  /** Instances of managed resources: what really stands, as far as tofu knows. */
  resources: number;
  outputs: Record<string, StateOutput>;
}

/** Throws BadRequest when the bytes are no tofu state. */
export function parseState(body: Buffer): ParsedState {
  const parsed = TofuState.safeParse(parseJson(body));
  if (!parsed.success) throw new ApiError('BadRequest', `the body is no tofu state: ${parsed.error.issues.map((issue) => `${issue.path.join('.') || 'it'} ${issue.message}`).join('; ')}`);
  const { serial, lineage, resources, outputs } = parsed.data;
  const managed = (resources ?? []).filter((resource) => resource.mode !== 'data');
  return {
    serial,
    lineage,
    md5: createHash('md5').update(body).digest('hex'),
    resources: managed.reduce((sum, resource) => sum + (resource.instances?.length ?? 0), 0),
    outputs: Object.fromEntries(Object.entries(outputs ?? {}).map(([name, { value, sensitive }]) => [name, { value, sensitive: sensitive === true }])),
  };
}

/** undefined for what is no JSON. */
export function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString()) as unknown;
  } catch {
    return undefined;
  }
}
