import type { KindDefinition, ListMeta, Resource } from '@spawnit/contract';
import { cell } from './cells.js';

export type IncludeObject = 'None' | 'Metadata' | 'Object';

/** Kubernetes' Table (meta.k8s.io): what kubectl prints. */
export interface Table {
  kind: 'Table';
  apiVersion: string;
  metadata: Partial<ListMeta>;
  columnDefinitions: { name: string; type: string; format: string; description: string; priority: number }[];
  rows: { cells: unknown[]; object?: unknown }[];
}

export interface TableForm {
  /** v1 or v1beta1 of meta.k8s.io. */
  version: string;
  include: IncludeObject;
  /** ISO 8601; ages are counted to it. */
  now: string;
}

/** Name first, the kind's own columns, age last. */
export function tableOf(kind: KindDefinition, objects: Resource[], metadata: Partial<ListMeta>, { version, include, now }: TableForm): Table {
  const apiVersion = `meta.k8s.io/${version}`;
  // An event's name says nothing to people, and its age is when it was seen last.
  const columns = kind.flat ? [...kind.columns, { ...nameColumn, wide: true }] : [nameColumn, ...kind.columns, ageColumn];
  return {
    kind: 'Table',
    apiVersion,
    metadata,
    columnDefinitions: columns.map((column) => ({ name: column.name, type: column.type, format: column.path === nameColumn.path ? 'name' : '', description: column.description, priority: column.wide ? 1 : 0 })),
    rows: objects.map((object) => ({ cells: columns.map((column) => cell(object, column, now)), ...included(object, include, apiVersion) })),
  };
}

/** Only what stands in metadata; PartialObjectMetadata of meta.k8s.io. */
export function metadataOnly(object: Resource, apiVersion: string): unknown {
  return { kind: 'PartialObjectMetadata', apiVersion, metadata: object.metadata };
}

const nameColumn = { name: 'Name', type: 'string' as const, path: 'metadata.name', description: 'Unique within its namespace and kind', wide: false };
const ageColumn = { name: 'Age', type: 'string' as const, path: 'age:metadata.creationTimestamp', description: 'Time since it was created', wide: false };

function included(object: Resource, include: IncludeObject, apiVersion: string): { object?: unknown } {
  if (include === 'None') return {};
  return { object: include === 'Object' ? object : metadataOnly(object, apiVersion) };
}
