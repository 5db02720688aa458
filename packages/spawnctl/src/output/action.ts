import type { ActionAnswer } from '@spawnit/contract';
import { note, print } from './streams.js';

/** What an action did or would do: its differences and warnings on stderr, the outcome in a line on stdout. */
export function tellAction(answer: ActionAnswer, done: string): void {
  const { changes, warnings, metadata, dryRun, changed, next } = answer;
  for (const { field, before, after } of changes) note(`  ${field}: ${before ?? '(none)'} → ${after ?? '(none)'}`);
  for (const warning of warnings) note(`warning: ${warning}`);
  print(`service.spawnit.dev/${metadata.name} ${changed ? done : 'unchanged'}${dryRun ? ' (server dry run)' : ''}`);
  note(next);
}
