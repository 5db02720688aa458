import type { RestoreAnswer, RestoreChange } from '@spawnit/contract';
import { createInterface } from 'node:readline/promises';
import { CommandError, exits } from '../exit.js';
import { columns } from '../output/columns.js';
import { note, print } from '../output/streams.js';
import { readPoint } from '../point.js';
import type { Session } from '../session.js';

export interface RestoreFlags {
  to: string;
  dryRun?: boolean;
  keepNew?: boolean;
  yes?: boolean;
}

/** Tells what would change, asks, and does it. */
export async function restore({ client, namespaceFlag }: Session, { to, dryRun, keepNew = false, yes }: RestoreFlags): Promise<void> {
  const request = { to: readPoint(to), keepNew, ...(namespaceFlag !== undefined && { namespace: namespaceFlag }) };
  const told = await client.restore({ ...request, dryRun: true });
  note(`to sequence ${told.to.sequence}, committed ${told.to.time}; now it is ${told.head.sequence}`);
  if (told.changes.length === 0) return print('nothing to restore: what is declared is what was declared then');
  const listed = listOf(told.changes);
  if (dryRun) return print(`${listed}\n${summary(told)} (dry run)`);
  note(listed);
  if (!yes) await confirm(told);
  // By its sequence, so that it is the point that was shown.
  const done = await client.restore({ ...request, to: told.to.sequence });
  print(`restored to sequence ${done.to.sequence}: ${summary(done)}`);
  note('what is declared is made real now: `spawnctl get services -A --watch` shows it');
}

function listOf(changes: RestoreChange[]): string {
  const rows = changes.map(({ action, kind, namespace, name, fields = [], note: why }) => [
    action.toUpperCase(),
    `${kind.toLowerCase()}/${name}`,
    namespace ?? '',
    [why, fields.length > 0 ? fields.join(', ') : undefined].filter(Boolean).join('; '),
  ]);
  return columns([['ACTION', 'WHAT', 'NAMESPACE', 'DETAILS'], ...rows]);
}

const words: Record<RestoreChange['action'], string> = { Return: 'returned', Change: 'changed back', Delete: 'deleted', Cancel: 'cancelled', Keep: 'left as it is' };

function summary({ changes }: RestoreAnswer): string {
  const counted = Object.entries(words).map(([action, word]) => ({ count: changes.filter((each) => each.action === action).length, word }));
  return counted.filter(({ count }) => count > 0).map(({ count, word }) => `${count} ${word}`).join(', ');
}

async function confirm(told: RestoreAnswer): Promise<void> {
  if (!process.stdin.isTTY) throw new CommandError(exits.usage, `nothing was changed: look at the list above, then give --yes (${summary(told)})`);
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await lines.question(`${summary(told)}. Restore? Type "yes": `).finally(() => lines.close());
  if (answer.trim() !== 'yes') throw new CommandError(exits.failed, 'nothing was changed');
}
