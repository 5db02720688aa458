import { join } from 'node:path';
import { modulesRoot, tofuSource } from './catalogue.js';
import { tofuOk } from './tofu.js';

/** A type as `tofu show -json -module` writes it; the third part of an object names what is optional. */
export type TofuType = string | [string, TofuType] | ['object', Record<string, TofuType>, string[]?];

export interface Variable {
  type: TofuType;
  default?: unknown;
  required?: boolean;
  sensitive?: boolean;
  description?: string;
}

export interface ModuleShape {
  variables: Record<string, Variable>;
  outputs: Record<string, { description?: string; sensitive?: boolean }>;
}

/** What tofu itself reads in a module; needs no provider. */
export async function moduleShape(path: string): Promise<ModuleShape> {
  const shown = await tofuOk(['show', '-json', `-module=${join(modulesRoot, path)}`], modulesRoot);
  const { root_module: root } = JSON.parse(shown) as { root_module: Partial<ModuleShape> };
  return { variables: root.variables ?? {}, outputs: root.outputs ?? {} };
}

/**
 * The defaults of a variable's optional attributes, which tofu does not tell:
 * `{ protocol: 'tcp' }` for `protocol = optional(string, "tcp")`.
 */
export function attributeDefaults(path: string, variable: string): Record<string, unknown> {
  const block = tofuSource(path).match(new RegExp(`^variable "${variable}" {\\n(.*?)^}`, 'ms'))?.[1];
  if (block === undefined) throw new Error(`${path} has no variable ${variable}`);
  const attributes = block.matchAll(/^\s+(\w+)\s*=\s*optional\(\w+(?:\(\w+\))?(?:,\s*(.+))?\)$/gm);
  return Object.fromEntries([...attributes].map(([, name, value]) => [name!, value === undefined ? undefined : JSON.parse(value)]));
}
