import { z } from 'zod';
import { Name, type Resource } from '../meta.js';
import { defineKind } from './kind.js';
import { ServiceSpec } from './service.js';
import { ModuleDigest } from './template.js';

export const RevisionSpec = z.strictObject({
  service: Name,
  serviceUid: z.string(),
  generation: z.int(),
  /** Who made the change that this revision keeps, and why, if said. */
  author: z.string().optional(),
  message: z.string().optional(),
  templateVersion: z.string(),
  module: ModuleDigest,
  moduleRoot: z.string(),
  serviceSpec: ServiceSpec,
});
export type RevisionSpec = z.infer<typeof RevisionSpec>;
export type Revision = Resource<RevisionSpec, never> & { spec: RevisionSpec };

export const revisionKind = defineKind({
  kind: 'Revision',
  plural: 'revisions',
  singular: 'revision',
  shortNames: ['rev'],
  categories: [],
  group: 'spawnit.dev',
  namespaced: true,
  spec: RevisionSpec,
  immutable: true,
  systemOnly: true,
  writers: ['reconciler', 'apiserver'],
  statusOwners: {},
  columns: [
    { name: 'Service', type: 'string', path: 'spec.service', description: 'Service it belongs to' },
    { name: 'Generation', type: 'integer', path: 'spec.generation', description: 'Generation of the spec it keeps' },
    { name: 'Author', type: 'string', path: 'spec.author', description: 'Who made the change' },
  ],
  selectable: ['spec.service'],
});
