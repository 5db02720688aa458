import type { PlanSummary } from '@spawnit/contract';

type Change = PlanSummary['changes'][number];
type Action = Change['action'];

export const words: Record<Action, { glyph: string; word: string; tone: 'add' | 'change' | 'destroy' }> = {
  create: { glyph: '+', word: 'add', tone: 'add' },
  update: { glyph: '~', word: 'change', tone: 'change' },
  replace: { glyph: '±', word: 'replace', tone: 'destroy' },
  delete: { glyph: '−', word: 'destroy', tone: 'destroy' },
  read: { glyph: '→', word: 'read', tone: 'change' },
  import: { glyph: '⇥', word: 'import', tone: 'add' },
  forget: { glyph: '⊘', word: 'forget', tone: 'change' },
};

/** How many changes there are of each kind, in the order of the words. */
export function countsOf(changes: readonly Change[]): { action: Action; count: number }[] {
  return (Object.keys(words) as Action[]).map((action) => ({ action, count: changes.filter((change) => change.action === action).length })).filter(({ count }) => count > 0);
}

export function matching(changes: readonly Change[], search: string): Change[] {
  const wanted = search.trim().toLowerCase();
  return changes.filter(({ address }) => address.toLowerCase().includes(wanted));
}
