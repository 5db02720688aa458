import { z } from 'zod';
import type { Resource } from '../meta.js';
import { defineKind } from './kind.js';
import { ModuleDigest } from './template.js';

/** Bounds of a bundle: text files only, so that a digest means the same everywhere. */
export const moduleLimits = { files: 200, fileBytes: 256 * 1024, totalBytes: 900 * 1024, pathLength: 200 } as const;

const filePath = z
  .string()
  .max(moduleLimits.pathLength)
  .regex(/^(?!\/)(?!.*(^|\/)\.{1,2}(\/|$))(?!.*\/\/)[A-Za-z0-9._/-]+$/, 'must be a relative path without "..", of letters, digits, ".", "_", "-" and "/"');

export const ModuleSpec = z.strictObject({
  title: z.string().max(100).optional().describe('What it is called.'),
  root: z.literal('.').or(filePath).default('.').describe('The folder in the bundle that tofu is run in; its siblings are modules it includes.'),
  files: z.record(filePath, z.string()).optional().describe('Path and text of each file. Given at creation; kept as a blob named by the digest and not served with the resource.'),
  digest: ModuleDigest.optional().describe('SHA-256 of the content. Filled in by the server.'),
  size: z.int().optional().describe('Bytes of all files. Filled in by the server.'),
  fileNames: z.array(z.string()).optional().describe('Paths of the files. Filled in by the server.'),
});
export type ModuleSpec = z.infer<typeof ModuleSpec>;
export type Module = Resource<ModuleSpec, never> & { spec: ModuleSpec };

export const moduleKind = defineKind({
  kind: 'Module',
  plural: 'modules',
  singular: 'module',
  shortNames: ['mod'],
  categories: ['catalogue'],
  group: 'spawnit.dev',
  namespaced: false,
  spec: ModuleSpec,
  immutable: true,
  writers: ['apiserver'],
  statusOwners: {},
  columns: [
    { name: 'Title', type: 'string', path: 'spec.title', description: 'What it is called' },
    { name: 'Bytes', type: 'integer', path: 'spec.size', description: 'Size of its files' },
  ],
  selectable: [],
});
