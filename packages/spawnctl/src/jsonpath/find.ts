import { isObject } from '@spawnit/contract';
import { isDeepStrictEqual } from 'node:util';
import type { Filter, Operand, Step } from './path.js';

/** All values that a path leads to; what is not there leads to none. */
export function find(root: unknown, steps: Step[]): unknown[] {
  return steps.reduce<unknown[]>((values, step) => values.flatMap((value) => take(value, step)), [root]);
}

function take(value: unknown, step: Step): unknown[] {
  if ('field' in step) return isObject(value) && Object.hasOwn(value, step.field) ? [value[step.field]] : [];
  if ('all' in step) return members(value);
  if ('deep' in step) return [value, ...members(value).flatMap((member) => take(member, step))];
  if ('union' in step) return step.union.flatMap((steps) => find(value, steps));
  if ('filter' in step) return members(value).filter((member) => passes(member, step.filter));
  if (!Array.isArray(value)) return [];
  const place = (index: number | undefined, otherwise: number) => (index === undefined ? otherwise : index < 0 ? value.length + index : index);
  if (step.single) return value.slice(place(step.from, 0)).slice(0, place(step.from, 0) < 0 ? 0 : 1);
  return value.slice(Math.max(0, place(step.from, 0)), place(step.to, value.length)).filter((_, i) => i % step.every === 0);
}

function members(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  return isObject(value) ? Object.values(value) : [];
}

function passes(member: unknown, { left, operator, right }: Filter): boolean {
  const [one, ...more] = valuesOf(member, left);
  if (operator === undefined || right === undefined) return one !== undefined || more.length > 0;
  const [other] = valuesOf(member, right);
  if (operator === '==') return isDeepStrictEqual(one, other);
  if (operator === '!=') return !isDeepStrictEqual(one, other);
  if (one === undefined || other === undefined || typeof one !== typeof other) return false;
  const [a, b] = [one as number, other as number];
  return { '<': a < b, '>': a > b, '<=': a <= b, '>=': a >= b }[operator];
}

function valuesOf(member: unknown, operand: Operand): unknown[] {
  return 'literal' in operand ? [operand.literal] : find(member, operand.path);
}
