import { z } from 'zod';
import type { Resource } from '../meta.js';
import { defineKind } from './kind.js';

export const NamespaceSpec = z.strictObject({
  maxServices: z.int().min(0).optional().describe('Most services a tenant may have; no bound when left out.'),
});
export const NamespaceStatus = z.strictObject({ phase: z.enum(['Active', 'Terminating']).describe('Terminating while its services are being destroyed.') });

export type Namespace = Resource<z.infer<typeof NamespaceSpec>, z.infer<typeof NamespaceStatus>>;

export const namespaceKind = defineKind({
  kind: 'Namespace',
  plural: 'namespaces',
  singular: 'namespace',
  shortNames: ['ns'],
  categories: [],
  group: '',
  namespaced: false,
  spec: NamespaceSpec,
  status: NamespaceStatus,
  writers: [],
  statusOwners: { '': ['apiserver'] },
  columns: [{ name: 'Status', type: 'string', path: 'status.phase', description: 'Active, or Terminating while its services are being destroyed' }],
  selectable: ['status.phase'],
});
