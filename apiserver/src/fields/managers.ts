import { apiVersionOf, type KindDefinition, type Resource } from '@spawnit/contract';
import { frozen } from '../store/log/json.js';
import { boundedKeys } from './leaves.js';
import { fromTree, toTree, type FieldsV1 } from './wire.js';

/** Who says what: an applier by what it applied last, everybody else by what they changed. */
export interface Manager {
  manager: string;
  operation: 'Apply' | 'Update';
  /** When its fields changed last; for display. */
  time: string;
  fields: Set<string>;
}

/** As it stands in a record: the tree as text, for it is seldom looked at and there is one in every object. */
interface Stored {
  manager: string;
  operation: Manager['operation'];
  time: string;
  fields: string;
}

/** As many as in Kubernetes; what more of them changed by updates is of `ancient-changes`. */
const mostUpdaters = 10;
const ancient = 'ancient-changes';
const longestName = 128;

/** So many trees are kept read, of so many characters each. */
const mostTrees = 200;
const longestTree = 4_096;
const trees = new Map<string, FieldsV1>();

export function managersIn(object: Resource | undefined): Manager[] {
  return storedIn(object).map((entry) => ({ ...entry, fields: fromTree(JSON.parse(entry.fields)) }));
}

function storedIn(object: Resource | undefined): Stored[] {
  return ((object?.metadata.managedFields ?? []) as Partial<Stored>[]).filter((entry): entry is Stored => typeof entry?.fields === 'string');
}

export function stored(managers: Manager[]): Stored[] | undefined {
  const kept = bounded(managers.filter(({ fields }) => fields.size > 0));
  // In one order, so that a write that changes nothing is seen to.
  kept.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  return kept.length === 0 ? undefined : kept.map(({ fields, ...entry }) => ({ ...entry, fields: JSON.stringify(toTree(fields)) }));
}

function nameOf({ manager, operation }: Manager): string {
  return `${manager}/${operation}`;
}

function bounded(managers: Manager[]): Manager[] {
  const updaters = managers.filter(({ operation }) => operation === 'Update').sort((a, b) => (a.time < b.time ? 1 : -1));
  const old = updaters.slice(mostUpdaters - 1);
  if (updaters.length <= mostUpdaters) return managers;
  const merged: Manager = { manager: ancient, operation: 'Update', time: old[0]!.time, fields: new Set(old.flatMap(({ fields }) => [...fields])) };
  return [...managers.filter((each) => !old.includes(each)), merged];
}

interface Shown {
  manager?: unknown;
  operation?: unknown;
  time?: unknown;
  fieldsV1?: unknown;
}

/** The object as it is served to those who care whose fields are whose. */
export function withManagers<R extends Resource>(kind: KindDefinition, object: R): R {
  if (object.metadata.managedFields === undefined) return object;
  // Name by name: the rest of an object takes V8 far longer, here and when it is written out, and lists have many.
  const managedFields = storedIn(object).map(({ manager, operation, time, fields }) => ({ manager, operation, time, apiVersion: apiVersionOf(kind), fieldsType: 'FieldsV1', fieldsV1: treeOf(fields) }));
  return { ...object, metadata: { ...object.metadata, managedFields } };
}

/** Objects of one kind that were made the same way have the same tree. */
function treeOf(fields: string): FieldsV1 {
  const known = trees.get(fields);
  if (known) return known;
  const tree = frozen(JSON.parse(fields) as FieldsV1);
  if (fields.length > longestTree) return tree;
  if (trees.size >= mostTrees) trees.clear();
  trees.set(fields, tree);
  return tree;
}

export function withoutManagers<R extends Resource>(object: R): R {
  if (object.metadata.managedFields === undefined) return object;
  const { managedFields: _managedFields, ...metadata } = object.metadata;
  return { ...object, metadata };
}

/**
 * Owners as a writer sends them: clients move them from one name to another so. undefined when it sends none;
 * one empty entry takes all away, as in Kubernetes. What can't be read is left out.
 */
export function managersSent(object: Resource, now: string): Manager[] | undefined {
  const entries = object.metadata.managedFields as Shown[] | undefined;
  if (!Array.isArray(entries) || entries.length === 0) return undefined;
  const keyOf = boundedKeys();
  return entries.flatMap((entry) => {
    const { manager, operation, time, fieldsV1 } = entry ?? {};
    if (typeof manager !== 'string' || manager === '' || manager.length > longestName || (operation !== 'Apply' && operation !== 'Update')) return [];
    return [{ manager, operation, time: typeof time === 'string' && time.length <= 40 ? time : now, fields: fromTree(fieldsV1, keyOf) }];
  });
}

/** By what name a request's changes go down: what it says, else the program that sends it. */
export function managerName(fieldManager: string | undefined, userAgent: string | undefined): string {
  return (fieldManager || (userAgent ?? '').split('/')[0]!.trim() || 'unknown').replace(/[^\x20-\x7e]/g, '?').slice(0, longestName);
}
