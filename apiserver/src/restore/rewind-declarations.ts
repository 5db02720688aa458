import { moduleKind, namespaceKind, templateKind, type KindDefinition, type Namespace, type Resource, type Template } from '@spawnit/contract';
import { isDeepStrictEqual } from 'node:util';
import { builtinLabel } from '../catalogue/read.js';
import { all, find, putOp } from '../resources/records.js';
import type { Rewind, Step } from './rewind.js';

/** Namespaces come back, or stop going; those made since go, with what is in them. */
export function rewindNamespaces({ now, then, namespace: only, keepNew, time }: Rewind): Step[] {
  const steps: Step[] = [];
  const chosen = (of: Namespace) => only === undefined || of.metadata.name === only;
  for (const past of [...all<Namespace>(then, namespaceKind)].filter(chosen)) {
    if (past.metadata.deletionTimestamp) continue;
    const present = find<Namespace>(now, namespaceKind, undefined, past.metadata.name);
    if (!present) steps.push(back('Return', namespaceKind, past, past));
    else if (present.metadata.deletionTimestamp || differs(past, present)) steps.push(back('Change', namespaceKind, past, { ...present, ...declared(past, present), status: past.status } as Resource));
  }
  if (keepNew) return steps;
  for (const present of [...all<Namespace>(now, namespaceKind)].filter(chosen)) {
    const { name, deletionTimestamp } = present.metadata;
    if (deletionTimestamp || name === 'default' || find(then, namespaceKind, undefined, name)) continue;
    const leaving = { ...present, metadata: { ...present.metadata, deletionTimestamp: time }, status: { phase: 'Terminating' } };
    steps.push({ change: { action: 'Delete', kind: 'Namespace', name, note: 'with all that is in it' }, ops: [putOp(namespaceKind, leaving as Resource)] });
  }
  return steps;
}

/**
 * Templates and modules that are gone come back, and templates that people changed go back. Those of the server itself are
 * its own, and nothing is deleted: what runs may have been made with it.
 */
export function rewindCatalogue({ now, then, namespace, lostModules }: Rewind): Step[] {
  const gone = (kind: KindDefinition) => [...all(then, kind)].filter(({ metadata }) => !find(now, kind, undefined, metadata.name));
  const modules = gone(moduleKind).map((module): Step => (lostModules.has(module.metadata.name) ? lost(module) : back('Return', moduleKind, module, module)));
  const templates = gone(templateKind).map((template) => back('Return', templateKind, template, template));
  if (namespace !== undefined) return [...modules, ...templates];
  const changed = [...all<Template>(then, templateKind)].flatMap((past): Step[] => {
    const present = find<Template>(now, templateKind, undefined, past.metadata.name);
    if (!present || present.metadata.labels?.[builtinLabel] || lostModules.has(past.spec.module) || !differs(past, present)) return [];
    return [back('Change', templateKind, past, { ...present, ...declared(past, present) } as Resource)];
  });
  return [...modules, ...templates, ...changed];
}

/** Labels, annotations and spec as they were, as a new generation. */
export function declared(past: Resource, present: Resource): Pick<Resource, 'metadata'> & { spec: unknown } {
  const { labels, annotations, ownerReferences } = past.metadata;
  const { deletionTimestamp: _alive, ...metadata } = present.metadata;
  return { metadata: { ...metadata, labels, annotations, ownerReferences, generation: (present.metadata.generation ?? 0) + 1 }, spec: past.spec };
}

function differs(past: Resource, present: Resource): boolean {
  const of = ({ metadata, spec }: Resource) => ({ labels: metadata.labels ?? {}, annotations: metadata.annotations ?? {}, spec: spec ?? {} });
  return !isDeepStrictEqual(of(past), of(present));
}

function back(action: 'Return' | 'Change', kind: KindDefinition, { metadata: { name } }: Resource, object: Resource): Step {
  return { change: { action, kind: kind.kind, name }, ops: [putOp(kind, object)] };
}

function lost({ metadata: { name } }: Resource): Step {
  return { change: { action: 'Keep', kind: 'Module', name, note: 'its files are no longer in the store: upload it again' }, ops: [] };
}
