import type { PlanSummary } from '@spawnit/contract';

const marks: Record<string, string> = { create: '+ create', update: '~ update', replace: '± replace', delete: '- destroy', read: '< read', import: '→ import', forget: '. forget' };

/** A plan as text: sign and word for each change, its fields below it. */
export function formatPlan(summary: PlanSummary | undefined): string {
  if (!summary || summary.changes.length === 0) return 'No changes: what is real is what is declared.';
  const lines = summary.changes.flatMap((change) => [
    `${(marks[change.action] ?? change.action).padEnd(10)} ${change.address}`,
    ...change.fields.map((f) => `             ${f.field}: ${f.before} → ${f.after}${f.forcesReplacement ? '  (forces replacement)' : ''}`),
  ]);
  return [...lines, `Plan: ${summary.add} to add, ${summary.change} to change, ${summary.destroy} to destroy.`].join('\n');
}
