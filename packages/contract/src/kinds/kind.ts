import type { z } from 'zod';
import type { Role } from '../identity.js';

/** A column of the Table that kubectl and spawnctl print. `path` is dotted; `condition:Ready` reads a condition's status; `age:` prefixes a timestamp. */
export interface Column {
  name: string;
  type: 'string' | 'integer' | 'date' | 'boolean';
  path: string;
  description: string;
  /** Shown only with -o wide. */
  wide?: boolean;
}

/**
 * Everything the system needs to know of a kind. A new kind is a file beside this one and a line in registry.ts;
 * routes, discovery, OpenAPI, the client and the tables follow from it.
 */
export interface KindDefinition<Spec extends z.ZodType = z.ZodType, Status extends z.ZodType = z.ZodType> {
  kind: string;
  plural: string;
  singular: string;
  shortNames: string[];
  categories: string[];
  /** '' is Kubernetes' core group, served under /api/v1. */
  group: '' | 'spawnit.dev';
  namespaced: boolean;
  spec: Spec;
  /** Absent when the kind has no status subresource. */
  status?: Status;
  /** What `spec` describes stands at the top of the object, as in Kubernetes' Event. */
  flat?: boolean;
  /** Spec may not change after creation. */
  immutable?: boolean;
  /** Who besides people (admin) may create, change metadata and spec, and delete. */
  writers: Role[];
  /** People may neither create nor change it, but for the paths of `peopleMayWrite`. */
  systemOnly?: boolean;
  /** Dotted paths of a systemOnly kind that people may change. */
  peopleMayWrite?: string[];
  /** Which role writes which path below `status`; `conditions[Type]` names one condition. The longest matching path wins. */
  statusOwners: Record<string, Role[]>;
  columns: Column[];
  /** Dotted paths that fieldSelector accepts, besides metadata.name and metadata.namespace. */
  selectable: string[];
}

export function defineKind<S extends z.ZodType, T extends z.ZodType>(kind: KindDefinition<S, T>): KindDefinition<S, T> {
  return kind;
}

export function apiVersionOf(kind: Pick<KindDefinition, 'group'>): string {
  return kind.group === '' ? 'v1' : `${kind.group}/v1`;
}
