import { z } from 'zod';

/** A DNS label (RFC 1123): what a resource may be called. */
export const Name = z
  .string()
  .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'must be a DNS label: lower-case letters, digits and "-", at most 63, starting and ending with a letter or digit');

const labelValue = z.string().max(63).regex(/^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/, 'must be a label value: letters, digits, "-", "_", ".", at most 63');
const qualifiedName = z
  .string()
  .max(317)
  .regex(/^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/, 'must be a label key: name, or prefix/name');

export const Labels = z.record(qualifiedName, labelValue);
export const Annotations = z.record(qualifiedName, z.string().max(262_144));
export const Timestamp = z.iso.datetime();

export const OwnerReference = z.strictObject({
  apiVersion: z.string(),
  kind: z.string(),
  name: z.string(),
  uid: z.string(),
  controller: z.boolean().optional(),
  blockOwnerDeletion: z.boolean().optional(),
});

/** What every resource carries; Kubernetes' ObjectMeta without what this system does not use. */
export const ObjectMeta = z.strictObject({
  name: z.string().max(253).optional(),
  generateName: z.string().max(58).optional(),
  namespace: z.string().optional(),
  uid: z.string().optional(),
  resourceVersion: z.string().optional(),
  generation: z.int().optional(),
  creationTimestamp: Timestamp.nullish(),
  deletionTimestamp: Timestamp.nullish(),
  labels: Labels.optional(),
  annotations: Annotations.optional(),
  ownerReferences: z.array(OwnerReference).max(16).optional(),
  finalizers: z.array(qualifiedName).max(16).optional(),
  /** Sent back by clients that read it elsewhere; never stored. */
  managedFields: z.array(z.unknown()).optional(),
  selfLink: z.string().optional(),
});
export type ObjectMeta = z.infer<typeof ObjectMeta>;

/** A condition as in the Kubernetes API conventions: the truth about one aspect of a resource. */
export const Condition = z.strictObject({
  type: z.string(),
  status: z.enum(['True', 'False', 'Unknown']),
  reason: z.string(),
  message: z.string().max(32_768),
  lastTransitionTime: Timestamp,
  observedGeneration: z.int().optional(),
});
export type Condition = z.infer<typeof Condition>;

export interface ListMeta {
  resourceVersion: string;
  continue?: string;
  remainingItemCount?: number;
}

/** A resource as stored and served. */
export interface Resource<Spec = unknown, Status = unknown> {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta & { name: string };
  spec?: Spec;
  status?: Status;
}

export interface ResourceList<R = Resource> {
  apiVersion: string;
  kind: string;
  metadata: ListMeta;
  items: R[];
}

export function condition(of: { status?: { conditions?: Condition[] } }, type: string): Condition | undefined {
  return of.status?.conditions?.find((c) => c.type === type);
}

/** Sets one condition; lastTransitionTime moves only when its status changes. `now` is ISO 8601. */
export function withCondition(list: Condition[] | undefined, next: Omit<Condition, 'lastTransitionTime'>, now: string): Condition[] {
  const all = list ?? [];
  const before = all.find((c) => c.type === next.type);
  const lastTransitionTime = before?.status === next.status ? before.lastTransitionTime : now;
  const rest = all.filter((c) => c.type !== next.type);
  return [...rest, { ...next, lastTransitionTime }].sort((a, b) => (a.type < b.type ? -1 : 1));
}
