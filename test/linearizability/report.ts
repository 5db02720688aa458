import type { Outcome } from './run.js';

export function report({ operations, ambiguous, stale, changes, breaks, faults, violations }: Outcome, histories: number): string[] {
  const of = [...faults].map(([name, count]) => `${count} ${name}`).join(', ');
  const total = [...faults.values()].reduce((sum, count) => sum + count, 0);
  return [`faults: ${of}`, `${histories} histories, ${operations} operations, ${ambiguous} ambiguous, ${stale} reads from memory, ${changes} changes, ${breaks} watches resumed, ${total} faults, ${violations.length} violations`];
}
