import { createHash } from 'node:crypto';

/**
 * tofu gives a state its lineage in its first successful write; one that never had any is left with an empty lineage, which
 * tofu itself would not take back. Only that one field is touched: it stands before everything that the state holds. The same
 * state always gets the same lineage, so that it may be handed in twice.
 */
export function withLineage(state: string): string {
  const lineage = createHash('sha256').update(state).digest('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*/, '$1-$2-$3-$4-$5');
  return state.replace(/^(\s*\{[^{[]*?"lineage":\s*)""/, `$1"${lineage}"`);
}
