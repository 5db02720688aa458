import type { Template } from '@spawnit/contract';
import { headOf, indent, pairs, sections, table } from './sections.js';

interface Parameter {
  type?: string | string[];
  title?: string;
  description?: string;
  default?: unknown;
  enum?: unknown[];
  writeOnly?: boolean;
}

/** What one needs for declaring a service of it: its parameters, and what it gives. */
export function describeTemplate(template: Template): string {
  const { spec } = template;
  const { Name, ...rest } = headOf(template);
  const required = spec.parameters.required ?? [];
  const parameters = Object.entries(spec.parameters.properties as Record<string, Parameter>).map(([name, p]) => [name, typeOf(p), required.includes(name) ? 'required' : defaultOf(p), p.description ?? p.title ?? '']);
  return sections([
    pairs({ Name, Title: spec.title, Category: spec.category, Provider: spec.provider, Binding: spec.binding, Needs: spec.abilities.join(', '), Module: spec.module, ...rest }),
    indent(spec.description),
    parameters.length > 0 ? table('Parameters', [['NAME', 'TYPE', 'DEFAULT', 'MEANING'], ...parameters]) : 'Parameters: none',
    table('Outputs', Object.entries(spec.outputs).map(([name, o]) => [name, o.sensitive ? '(sensitive)' : '', o.description ?? o.title])),
    spec.help ? `Help:\n${indent(spec.help.trimEnd())}` : '',
  ]);
}

function typeOf({ type, enum: values, writeOnly }: Parameter): string {
  const is = values ? values.map((v) => JSON.stringify(v)).join('|') : ([type].flat().join('|') || 'any');
  return writeOnly ? `${is}, secret` : is;
}

function defaultOf({ default: value }: Parameter): string {
  return value === undefined ? '' : JSON.stringify(value);
}
