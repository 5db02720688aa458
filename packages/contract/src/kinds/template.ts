import { z } from 'zod';
import { Name, type Resource } from '../meta.js';
import { defineKind } from './kind.js';

/** The name of a module in the registry: its content's SHA-256. */
export const ModuleDigest = z.string().regex(/^sha256-[0-9a-f]{64}$/, 'must be sha256- and 64 hexadecimal digits');

/** JSON Schema 2020-12; checked for its shape here and as a schema by the apiserver. */
export const ParameterSchema = z.looseObject({
  type: z.literal('object').describe('Always object.'),
  properties: z.record(z.string(), z.looseObject({})).describe('A schema for each parameter, by name.'),
  required: z.array(z.string()).optional().describe('Parameters that must be given.'),
  additionalProperties: z.literal(false).describe('Always false: what is not named is refused.'),
});
export type ParameterSchema = z.infer<typeof ParameterSchema>;

export const TemplateSpec = z.strictObject({
  title: z.string().min(1).max(100).describe('What it is called in the catalogue.'),
  category: z.string().min(1).max(50).describe('Where it stands in the catalogue.'),
  description: z.string().max(500).describe('What it gives, in a sentence or two.'),
  help: z.string().max(20_000).optional().describe('More about it, for people who fill in its form.'),
  icon: z.string().max(20_000).optional().describe('An SVG document, shown as an image, never inlined.'),
  provider: Name.describe('What creates it, such as `docker`.'),
  binding: z.enum(['Engine', 'Remote']).describe('Engine: the real thing lives on the engine of the node it was placed on. Remote: any able node may run the job.'),
  module: ModuleDigest.describe('Digest of its tofu module.'),
  abilities: z.array(Name).max(16).default([]).describe('What a node must be able to do, for instance `docker`.'),
  parameters: ParameterSchema.describe('JSON Schema (2020-12) of what it asks for, with the keywords of forms: x-group, x-order, x-unit.'),
  outputs: z
    .record(z.string(), z.strictObject({ title: z.string().describe('What it is called.'), description: z.string().optional().describe('What it is.'), sensitive: z.boolean().optional().describe('Whether it is a secret.') }))
    .default({})
    .describe('What it gives back, by name.'),
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
