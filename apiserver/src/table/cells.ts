import { condition, type Column, type Condition, type Resource } from '@spawnit/contract';

type Cell = string | number | boolean | null;

/** What a column shows of an object. Paths are as in the contract's Column; `now` is ISO 8601. */
export function cell(object: Resource, { path, type }: Pick<Column, 'path' | 'type'>, now: string): Cell {
  const [operator, rest] = split(path);
  const of = object as { status?: { conditions?: Condition[] } };
  switch (operator) {
    case 'condition':
      return condition(of, rest)?.status ?? '';
    case 'reason':
      return condition(of, rest)?.reason ?? '';
    case 'not':
      return at(object, rest) !== true;
    case 'age':
      return age(at(object, rest), now);
    case 'seconds':
      return seconds(at(object, rest));
    default:
      return plain(at(object, path), type);
  }
}

/** Time since then as kubectl writes it: 5s, 3m20s, 4h, 2d. */
export function age(since: unknown, now: string): string {
  if (typeof since !== 'string') return '<unknown>';
  const elapsed = Math.floor((Date.parse(now) - Date.parse(since)) / 1000);
  return Number.isNaN(elapsed) ? '<invalid>' : duration(Math.max(0, elapsed));
}

/** Thresholds of k8s.io/apimachinery/pkg/util/duration.HumanDuration. */
function duration(total: number): string {
  const [s, m, h, d] = [total, Math.floor(total / 60), Math.floor(total / 3600), Math.floor(total / 86_400)];
  if (s < 120) return `${s}s`;
  if (m < 10) return withRest(m, 'm', s % 60, 's');
  if (m < 180) return `${m}m`;
  if (h < 8) return withRest(h, 'h', m % 60, 'm');
  if (h < 48) return `${h}h`;
  if (d < 8) return withRest(d, 'd', h % 24, 'h');
  if (d < 730) return `${d}d`;
  return withRest(Math.floor(d / 365), 'y', d % 365, 'd');
}

function withRest(count: number, unit: string, rest: number, smaller: string): string {
  return rest === 0 ? `${count}${unit}` : `${count}${unit}${rest}${smaller}`;
}

function seconds(value: unknown): string {
  return typeof value === 'number' ? `${value.toFixed(1)}s` : '';
}

function plain(value: unknown, type: Column['type']): Cell {
  if (value === undefined || value === null) return type === 'string' ? '' : null;
  if (Array.isArray(value)) return value.join(',');
  return typeof value === 'object' ? JSON.stringify(value) : (value as Cell);
}

function at(object: Resource, path: string): unknown {
  return path.split('.').reduce<unknown>((value, part) => (value as Record<string, unknown> | undefined | null)?.[part], object);
}

function split(path: string): [string, string] {
  const colon = path.indexOf(':');
  return colon < 0 ? ['', path] : [path.slice(0, colon), path.slice(colon + 1)];
}
