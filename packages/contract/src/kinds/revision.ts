import { z } from 'zod';
import { Name, type Resource } from '../meta.js';
import { defineKind } from './kind.js';
import { ServiceSpec } from './service.js';
import { ModuleDigest } from './template.js';

export const RevisionSpec = z.strictObject({
  service: Name.describe('Service it belongs to.'),
  serviceUid: z.string().describe('Uid of that service.'),
  generation: z.int().describe('Generation of the spec it keeps.'),
  author: z.string().optional().describe('Who made the change that this revision keeps.'),
  message: z.string().optional().describe('Why, if said.'),
  templateVersion: z.string().describe('resourceVersion of the template then.'),
  module: ModuleDigest.describe('Digest of the module then.'),
  moduleRoot: z.string().describe('Folder of the module that tofu is run in.'),
  defaults: z.record(z.string(), z.unknown()).optional().describe('Defaults of the template then, for parameters that are not given.'),
  serviceSpec: ServiceSpec.describe('The spec as it was.'),
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
