import type { DriftedField } from '@spawnit/contract';
import { sameValue } from './fields.js';
import type { ConfigModule, PlanJson } from './plan-json.js';

/** References are followed so far: through module calls and other resources. */
const mostSteps = 16;

/**
 * The parameter that a field's declared value comes from as it is: its expression refers to one variable, directly or by way
 * of module calls and other resources, and that variable has just this value. Pure. Undefined for whatever is computed.
 */
export function parameterOf(plan: PlanJson, { resource, field, desired }: DriftedField, variables: Record<string, unknown>): string | undefined {
  const root = plan.configuration?.root_module;
  const { path, name } = placeOf(resource);
  const found = root && follow(root, path, `${name}.${field}`, mostSteps);
  if (!root || !found) return undefined;
  const given = valueAt(variables[found[0]!] ?? root.variables?.[found[0]!]?.default, found.slice(1));
  return isSource(field, found.at(-1)!, parsed(desired), given) ? found.join('.') : undefined;
}

/** Of what has no value the value says little: then the names must agree, such as `memory` and `memory_mb`. */
function isSource(field: string, name: string, desired: unknown, given: unknown): boolean {
  if (desired === undefined || !sameValue(desired, given ?? null)) return false;
  return !sameValue(desired, null) || name === field || name.startsWith(`${field}_`);
}

/** Path of the variable of the root module that a reference in the module at `path` leads to. */
function follow(root: ConfigModule, path: string[], reference: string, steps: number): string[] | undefined {
  const parts = reference.split('.');
  const at = path.reduce<ConfigModule | undefined>((module, name) => module?.module_calls?.[name]?.module, root);
  if (steps === 0 || !at || reference.includes('[')) return undefined;
  if (parts[0] !== 'var') {
    const [type, name, attribute = '', ...rest] = parts;
    return onwards(root, path, at.resources?.find(({ address }) => address === `${type}.${name}`)?.expressions?.[attribute], rest, steps);
  }
  const [, variable = '', ...rest] = parts;
  if (path.length === 0) return [variable, ...rest];
  const above = path.slice(0, -1);
  const caller = above.reduce<ConfigModule | undefined>((module, name) => module?.module_calls?.[name]?.module, root);
  return onwards(root, above, caller?.module_calls?.[path.at(-1)!]?.expressions?.[variable], rest, steps);
}

function onwards(root: ConfigModule, path: string[], expression: unknown, rest: string[], steps: number): string[] | undefined {
  const one = onlyReference(expression);
  const found = one === undefined ? undefined : follow(root, path, one, steps - 1);
  return found && [...found, ...rest];
}

/** tofu names each reference with all that it is part of: `var.limits.memory_mb`, `var.limits`. */
function onlyReference(expression: unknown): string | undefined {
  const { references = [] } = (expression ?? {}) as { references?: string[] };
  const whole = references.filter((each) => !references.some((other) => other.startsWith(`${each}.`)));
  return new Set(whole).size === 1 ? whole[0] : undefined;
}

/** Modules on the way, and `type.name`; which of several instances it is makes no difference. */
function placeOf(address: string): { path: string[]; name: string } {
  const parts = address.replace(/\[("(?:[^"\\]|\\.)*"|\d+)\]/g, '').split('.');
  const path: string[] = [];
  while (parts[0] === 'module') path.push(parts.splice(0, 2)[1]!);
  return { path, name: parts.join('.') };
}

function valueAt(value: unknown, path: string[]): unknown {
  return path.reduce<unknown>((at, name) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[name] : undefined), value);
}

/** Undefined when the text is not the whole value. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
