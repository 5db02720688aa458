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
  apiVersion: z.string().describe('Group and version of the owner.'),
  kind: z.string().describe('Kind of the owner.'),
  name: z.string().describe('Name of the owner.'),
  uid: z.string().describe('Uid of the owner.'),
  controller: z.boolean().optional().describe('Whether the owner controls it.'),
  blockOwnerDeletion: z.boolean().optional().describe('Kept for clients of Kubernetes; says nothing here.'),
});

/** What every resource carries; Kubernetes' ObjectMeta without what this system does not use. */
export const ObjectMeta = z.strictObject({
  name: z.string().max(253).optional().describe('Unique within its namespace and kind; never changes.'),
  generateName: z.string().max(58).optional().describe('Begin of a name that the server completes, when no name is given.'),
  namespace: z.string().optional().describe('Tenant that it belongs to.'),
  uid: z.string().optional().describe('Made by the server; another object of the same name has another.'),
  resourceVersion: z.string().optional().describe('Version that was read. A write that names an older one is refused.'),
  generation: z.int().optional().describe('Raised by each change of spec.'),
  creationTimestamp: Timestamp.nullish().describe('When it was created.'),
  deletionTimestamp: Timestamp.nullish().describe('Since when it is being deleted.'),
  labels: Labels.optional().describe('Words to select it by.'),
  annotations: Annotations.optional().describe('Notes of people and tools; they are not selected by.'),
  ownerReferences: z.array(OwnerReference).max(16).optional().meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['uid'] }).describe('Objects that it belongs to.'),
  finalizers: z.array(qualifiedName).max(16).optional().describe('What must be done before it is gone. The reconciler’s own.'),
  managedFields: z.array(z.unknown()).optional().describe('Whose fields are whose, for server-side apply. The server keeps it.'),
  selfLink: z.string().optional().describe('Taken from old clients and left out of account.'),
});
export type ObjectMeta = z.infer<typeof ObjectMeta>;

/** A condition as in the Kubernetes API conventions: the truth about one aspect of a resource. */
export const Condition = z.strictObject({
  type: z.string().describe('What the condition is of.'),
  status: z.enum(['True', 'False', 'Unknown']).describe('True, False, or Unknown.'),
  reason: z.string().describe('Why, in a word.'),
  message: z.string().max(32_768).describe('Why, for people.'),
  lastTransitionTime: Timestamp.describe('When its status changed last.'),
  observedGeneration: z.int().optional().describe('Generation of the spec that it speaks of.'),
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
