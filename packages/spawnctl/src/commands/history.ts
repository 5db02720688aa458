import { CommandError, exits } from '../exit.js';
import type { LogEntry } from '@spawnit/contract';
import { columns } from '../output/columns.js';
import { print } from '../output/streams.js';
import type { Session } from '../session.js';

export interface HistoryFlags {
  last: number;
  by?: string;
  output?: string;
}

/** Who changed what, newest last; `restore --to` takes its sequences. */
export async function history({ client }: Session, { last, by, output }: HistoryFlags): Promise<void> {
  const { entries } = await client.history({ last, by });
  if (output === 'json') return print(JSON.stringify(entries, null, 2));
  if (output === 'name') return print(entries.map(({ sequence }) => String(sequence)).join('\n'));
  if (output !== undefined) throw new CommandError(exits.usage, `--output must be json or name (got ${output})`);
  if (entries.length > 0) print(columns([['SEQUENCE', 'TIME', 'BY', 'WHAT'], ...entries.map(row)]));
}

function row({ sequence, time, by, put, deleted }: LogEntry): string[] {
  return [String(sequence), time, by, [...deleted.map((key) => `deleted ${key}`), ...put].slice(0, shown).join(', ') + more(put.length + deleted.length)];
}

const shown = 4;

function more(count: number): string {
  return count > shown ? ` and ${count - shown} more` : '';
}
