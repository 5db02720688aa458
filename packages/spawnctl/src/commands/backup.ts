import { Unreachable, type BackupStatus, type BackupSummary } from '@spawnit/contract';
import { setTimeout as delay } from 'node:timers/promises';
import { stringify } from 'yaml';
import { CommandError, exits } from '../exit.js';
import { columns } from '../output/columns.js';
import { since } from '../output/since.js';
import { note, print } from '../output/streams.js';
import type { Session } from '../session.js';

export interface BackupFlags {
  wait?: boolean;
  timeout: number;
}

const lookEveryMs = 500;

/** Asks for a backup, and with `wait` tells how far it is until it is made. */
export async function backup({ client }: Session, { wait, timeout }: BackupFlags): Promise<void> {
  const { run } = await client.backup();
  if (!wait) return print('backup started; `spawnctl admin backup list` shows it when it is made');
  const deadline = performance.now() + timeout * 1000;
  for (let told = ''; performance.now() < deadline; await delay(lookEveryMs)) {
    const status = await client.backups().catch(waitOut);
    if (!status) continue;
    if (status.last?.run === run) return tellEnd(status.last);
    const { done, total, bytes } = status.running?.run === run ? status.running : { done: 0, total: 0, bytes: 0 };
    const line = total > 0 ? `${done} of ${total} new objects, ${size(bytes)}` : '';
    if (line !== told) note((told = line));
  }
  throw new CommandError(exits.timeout, `waited ${timeout} s for the backup; it may go on: see \`spawnctl admin backup list\``);
}

function waitOut(error: unknown): undefined {
  if (!(error instanceof Unreachable)) throw error;
  note('connection lost; trying again');
}

function tellEnd({ outcome, message }: NonNullable<BackupStatus['last']>): void {
  if (outcome === 'Failed') throw new CommandError(exits.failed, `no backup was made: ${message}`);
  print(message);
}

/** All that are kept, the newest last. */
export async function listBackups({ client }: Session, output: string | undefined): Promise<void> {
  const status = await client.backups();
  if (output !== undefined) return print(formatted(status, output));
  if (status.target === undefined) return note('this server was given no place for backups: set SPAWNIT_BACKUP_STORE (docs/backup.md)');
  note(`in ${status.target}, ${status.everyMinutes > 0 ? `every ${status.everyMinutes} min` : 'only when asked for'}; the last ${status.keep} are kept`);
  if (status.running) note(`one is being made: ${status.running.done} of ${status.running.total} new objects`);
  if (status.last?.outcome === 'Failed') note(failed(status, status.last));
  print(status.backups.length === 0 ? '' : columns([['BACKUP', 'SEQUENCE', 'AGE', 'MADE', 'OBJECTS', 'NEW', 'SIZE', 'ROOT KEY'], ...status.backups.map(row)]));
}

function failed({ nextInSeconds }: BackupStatus, { time, message, failures = 1 }: NonNullable<BackupStatus['last']>): string {
  const which = failures > 1 ? `the last ${failures} attempts failed, the newest` : 'the last attempt failed';
  const next = nextInSeconds === undefined ? '' : `; tried again ${nextInSeconds > 0 ? `in ${nextInSeconds} s` : 'now'}`;
  return `${which} ${since(time)} ago${next}: ${message}`;
}

function row({ number, sequence, time, objects, copied, bytes, keyFingerprint }: BackupSummary): string[] {
  return [String(number), String(sequence), since(time), time, String(objects), String(copied), size(bytes), keyFingerprint];
}

function formatted(status: BackupStatus, output: string): string {
  if (output === 'json') return JSON.stringify(status, null, 2);
  if (output === 'yaml') return stringify(status, { lineWidth: 0 });
  if (output === 'name') return status.backups.map(({ number }) => String(number)).join('\n');
  throw new CommandError(exits.usage, `--output must be one of json, yaml, name (got ${output})`);
}

function size(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  return `${power === 0 ? bytes : (bytes / 1024 ** power).toFixed(1)} ${units[power]}`;
}

/** After a restore from a backup: what no record knows may be removed from the engines. */
export async function sweepUnknown({ client }: Session): Promise<void> {
  const { changed } = await client.sweepUnknown();
  print(changed ? 'agents remove now what no record of this control plane knows' : 'nothing to do: agents remove what no record knows already');
}
