import { Validator } from '@cfworker/json-schema';
import { ApiError, invalid, moduleKind, revisionKind, serviceKind, templateKind, type Cause, type ParameterSchema, type Revision, type Service, type Template } from '@spawnit/contract';
import { isDeepStrictEqual } from 'node:util';
import type { View } from '../../store/log/view.js';
import type { Admission } from '../hooks.js';
import { all, find } from '../records.js';
import { bounded, TooSlow } from './bounded.js';

/** A template names a module that there is, and its parameters are a schema that services can be checked by. */
export const admitTemplate: Admission = ({ kind, verb, object, old, view }) => {
  if (kind.kind === 'Template' && verb === 'delete') refuseWhileUsed(view, object as Template);
  if (kind.kind === 'Module' && verb === 'delete') refuseWhileNamed(view, object.metadata.name);
  if (kind.kind !== 'Template' || verb === 'delete' || isDeepStrictEqual(object.spec, old?.spec)) return object;
  const { spec, metadata } = object as Template;
  const causes = schemaCauses(spec.parameters);
  if (!find(view, moduleKind, undefined, spec.module)) causes.push({ field: 'spec.module', reason: 'FieldValueNotFound', message: `there is no module ${spec.module}: create it first` });
  if (causes.length > 0) throw invalid({ kind: 'Template', name: metadata.name }, causes);
  return object;
};

function schemaCauses(schema: ParameterSchema): Cause[] {
  const known = Object.keys(schema.properties);
  const required = (schema.required ?? []).filter((name) => !known.includes(name)).map((name) => cause('spec.parameters.required', `"${name}" is required but not among the properties`));
  const hidden = refers(schema) ? [cause('spec.parameters', 'has a $ref: write out what it refers to, for what is secret, a port or a folder of the host is told by marks that must stand in place')] : [];
  return [...hidden, ...required, ...known.flatMap((name) => propertyCauses(name, schema.properties[name]!))];
}

function propertyCauses(name: string, property: Record<string, unknown>): Cause[] {
  const field = `spec.parameters.properties.${name}`;
  const bad = patterns(property).find((pattern) => !compiles(pattern));
  if (bad !== undefined) return [cause(field, `the pattern ${JSON.stringify(bad)} is not a regular expression`)];
  const types = ['string', 'integer', 'number', 'boolean', 'array', 'object'];
  if (![property['type']].flat().every((type) => type === undefined || types.includes(String(type)))) return [cause(`${field}.type`, `must be one of ${types.join(', ')}`)];
  if (!('default' in property)) return [];
  const flaw = defaultFlaw(property);
  return flaw === undefined ? [] : [cause(`${field}.default`, flaw)];
}

function defaultFlaw(property: Record<string, unknown>): string | undefined {
  try {
    const { valid, errors } = bounded(() => new Validator(structuredClone(property), '2020-12', false).validate(property['default']));
    return valid ? undefined : `is not valid by its own schema: ${errors.at(-1)!.error}`;
  } catch (error) {
    if (error instanceof TooSlow) return "can't be checked in reasonable time: a pattern backtracks on it";
    throw error;
  }
}

function refers(schema: unknown): boolean {
  if (typeof schema !== 'object' || schema === null) return false;
  return ['$ref', '$dynamicRef', '$recursiveRef'].some((keyword) => Object.hasOwn(schema, keyword)) || Object.values(schema).some(refers);
}

function patterns(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const own = (schema as { pattern?: unknown }).pattern;
  return [...(typeof own === 'string' ? [own] : []), ...Object.values(schema).flatMap(patterns)];
}

function compiles(pattern: string): boolean {
  try {
    new RegExp(pattern, 'u');
    return true;
  } catch {
    return false;
  }
}

/** Also what was applied before another template was named needs it still: it is checked and destroyed by it. */
function refuseWhileUsed(view: View, { metadata: { name } }: Template): void {
  const appliedWith = ({ metadata, status }: Service) => status?.applied && find<Revision>(view, revisionKind, metadata.namespace, status.applied.revision)?.spec.serviceSpec.template;
  const users = [...all<Service>(view, serviceKind)].filter((service) => service.spec.template === name || appliedWith(service) === name).map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
  if (users.length > 0) throw new ApiError('Conflict', `template "${name}" is used by ${some(users)}: delete those first`, { kind: 'templates', name });
}

function refuseWhileNamed(view: View, name: string): void {
  const users = [...all<Template>(view, templateKind)].filter(({ spec }) => spec.module === name).map(({ metadata }) => `template ${metadata.name}`);
  const running = [...all<Service>(view, serviceKind)].filter(({ status }) => status?.applied?.module === name).map(({ metadata }) => `service ${metadata.namespace}/${metadata.name}`);
  const holders = [...users, ...running];
  if (holders.length > 0) throw new ApiError('Conflict', `module "${name}" is used by ${some(holders)}`, { kind: 'modules', name });
}

function some(names: string[]): string {
  return names.length <= 3 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;
}

function cause(field: string, message: string): Cause {
  return { field, reason: 'FieldValueInvalid', message };
}
