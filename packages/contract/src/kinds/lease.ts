import { z } from 'zod';
import { Timestamp, type Resource } from '../meta.js';
import { defineKind } from './kind.js';

/** Who leads a controller. Its name is the role; the apiserver alone writes it, when it is asked for by `hold`. */
export const LeaseSpec = z.strictObject({
  holder: z.string().max(253).optional().describe('Name of the instance that leads; left out when it was given back.'),
  session: z.string().max(64).optional().describe('Random, made at each start of an instance.'),
  epoch: z.int().min(0).describe('The fencing token: raised at each change of holder, never lowered.'),
  acquireTime: Timestamp.optional().describe('Since when this holder has led.'),
});
export type LeaseSpec = z.infer<typeof LeaseSpec>;

export const LeaseStatus = z.strictObject({
  ageSeconds: z.number().optional().describe('Since the last renewal, by the monotonic clock of the apiserver that answers; kept in memory and laid over what it serves.'),
});
export type Lease = Resource<LeaseSpec, z.infer<typeof LeaseStatus>> & { spec: LeaseSpec };

export const leaseKind = defineKind({
  kind: 'Lease',
  plural: 'leases',
  singular: 'lease',
  shortNames: [],
  categories: [],
  group: 'spawnit.dev',
  namespaced: false,
  spec: LeaseSpec,
  status: LeaseStatus,
  systemOnly: true,
  writers: ['apiserver'],
  statusOwners: { '': ['apiserver'] },
  columns: [
    { name: 'Holder', type: 'string', path: 'spec.holder', description: 'The instance that leads; empty while nobody does' },
    { name: 'Epoch', type: 'integer', path: 'spec.epoch', description: 'Raised at each change of holder; writes of an earlier one are refused' },
    { name: 'Renewed', type: 'string', path: 'seconds:status.ageSeconds', description: 'Age of its last renewal' },
    { name: 'Held', type: 'string', path: 'age:spec.acquireTime', description: 'How long this holder has led' },
  ],
  selectable: ['spec.holder'],
});
