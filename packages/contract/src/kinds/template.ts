import { z } from 'zod';
import { Name, type Resource } from '../meta.js';
import { defineKind } from './kind.js';

/** The name of a module in the registry: its content's SHA-256. */
export const ModuleDigest = z.string().regex(/^sha256-[0-9a-f]{64}$/, 'must be sha256- and 64 hexadecimal digits');

/** JSON Schema 2020-12; checked for its shape here and as a schema by the apiserver. */
export const ParameterSchema = z.looseObject({
  type: z.literal('object'),
  properties: z.record(z.string(), z.looseObject({})),
  required: z.array(z.string()).optional(),
  additionalProperties: z.literal(false),
});
export type ParameterSchema = z.infer<typeof ParameterSchema>;

export const TemplateSpec = z.strictObject({
  title: z.string().min(1).max(100),
  category: z.string().min(1).max(50),
  description: z.string().max(500),
  help: z.string().max(20_000).optional(),
  /** An SVG document, shown as an image, never inlined. */
  icon: z.string().max(20_000).optional(),
  provider: Name,
  /** Engine: the real thing lives on the engine of the node it was placed on. Remote: any able node may run the job. */
  binding: z.enum(['Engine', 'Remote']),
  module: ModuleDigest,
  /** What a node must be able to do, for instance `docker`. */
  abilities: z.array(Name).max(16).default([]),
  parameters: ParameterSchema,
  outputs: z
    .record(z.string(), z.strictObject({ title: z.string(), description: z.string().optional(), sensitive: z.boolean().optional() }))
    .default({}),
});
export type TemplateSpec = z.infer<typeof TemplateSpec>;
export type Template = Resource<TemplateSpec, never> & { spec: TemplateSpec };

export const templateKind = defineKind({
  kind: 'Template',
  plural: 'templates',
  singular: 'template',
  shortNames: ['tpl'],
  categories: ['catalogue'],
  group: 'spawnit.dev',
  namespaced: false,
  spec: TemplateSpec,
  writers: ['apiserver'],
  statusOwners: {},
  columns: [
    { name: 'Title', type: 'string', path: 'spec.title', description: 'What it is called in the catalogue' },
    { name: 'Category', type: 'string', path: 'spec.category', description: 'Where it stands in the catalogue' },
    { name: 'Provider', type: 'string', path: 'spec.provider', description: 'What creates it' },
    { name: 'Module', type: 'string', path: 'spec.module', description: 'Digest of its tofu module', wide: true },
  ],
  selectable: ['spec.category', 'spec.provider'],
});
