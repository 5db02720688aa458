import type { Condition, Resource } from '@spawnit/contract';
import { stringify } from 'yaml';
import { columns } from '../output/columns.js';
import { since } from '../output/since.js';

/** Parts of a description, without the empty ones. */
export function sections(parts: string[]): string {
  return parts.filter((part) => part !== '').join('\n');
}

/** Name and value line by line; what has no value is left out. */
export function pairs(values: Record<string, unknown>): string {
  const there = Object.entries(values).filter(([, value]) => value !== undefined && value !== null && value !== '');
  return there.map(([key, value]) => `${`${key}:`.padEnd(14)}${String(value)}`).join('\n');
}

/** YAML below a title; '' for nothing. */
export function block(title: string, value: unknown): string {
  if (value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0)) return '';
  return `${title}:\n${indent(stringify(value, { lineWidth: 0 }).trimEnd())}`;
}

export function table(title: string, rows: string[][]): string {
  return rows.length === 0 ? '' : `${title}:\n${indent(columns(rows))}`;
}

export function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}

export function headOf({ metadata }: Resource): Record<string, unknown> {
  return { Name: metadata.name, Namespace: metadata.namespace, Labels: flat(metadata.labels), Created: ago(metadata.creationTimestamp), Deleting: metadata.deletionTimestamp && `since ${ago(metadata.deletionTimestamp)}` };
}

export function conditionsOf({ status }: Resource): string {
  const all = (status as { conditions?: Condition[] } | undefined)?.conditions ?? [];
  const rows = all.map((c) => [c.type, c.status, c.reason, since(c.lastTransitionTime), c.message]);
  return rows.length === 0 ? '' : table('Conditions', [['TYPE', 'STATUS', 'REASON', 'SINCE', 'MESSAGE'], ...rows]);
}

/** `2026-01-31T10:00:00Z (3m ago)`. */
export function ago(time: string | null | undefined): string | undefined {
  return time ? `${time} (${since(time)} ago)` : undefined;
}

function flat(labels: Record<string, string> | undefined): string {
  return Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`).join(',');
}
