import type { KeysStatus, KeyStatus } from '@spawnit/contract';
import { Unreachable } from '@spawnit/contract';
import { setTimeout as delay } from 'node:timers/promises';
import { CommandError, exits } from '../exit.js';
import { columns } from '../output/columns.js';
import { since } from '../output/since.js';
import { note, print } from '../output/streams.js';
import type { Session } from '../session.js';
import { endOf } from './watch-until.js';

export interface RotateFlags {
  wait?: boolean;
  root?: boolean;
  retireRoot?: boolean;
  timeout: number;
}

const lookEveryMs = 500;

export async function showKeys({ client }: Session, { output }: { output?: string }): Promise<void> {
  const status = await client.keys();
  if (output === 'name') return print(status.keys.map(({ id }) => id).join('\n'));
  if (output === 'json') return print(JSON.stringify(status, null, 2));
  if (output === 'yaml') return print((await import('yaml')).stringify(status, { lineWidth: 0 }));
  if (output !== undefined) throw new CommandError(exits.usage, `--output must be one of json, yaml, name (got ${output})`);
  const rows = status.keys.map((key) => [key.id, key.state, String(key.records), String(key.states), since(key.created), key.by, noteOf(key)]);
  print(columns([['KEY', 'STATE', 'RECORDS', 'STATES', 'AGE', 'BY', 'NOTE'], ...rows]));
  note(`wrapped with the root key of fingerprint ${status.root}`);
  if (status.trouble !== undefined) note(`does not go on: ${status.trouble}`);
}

/** The new key seals when this answers; `--wait` follows the work that is left. */
export async function rotateKey(session: Session, { wait, timeout, root, retireRoot }: RotateFlags): Promise<void> {
  if (root || retireRoot) return changeRoot(session, root ?? false, retireRoot ?? false);
  const status = await session.client.rotateKey();
  const active = status.keys.find(({ state }) => state === 'Active');
  print(`key ${active?.id} seals from now on`);
  const end = wait ? await follow(session, status, timeout) : status;
  if (end.left > 0) return note(`${left(end)} to be sealed anew, in the background: \`spawnctl admin keys\` shows how far it is`);
  for (const key of end.keys.filter(({ state }) => state !== 'Active')) note(`key ${key.id}: ${noteOf(key)}`);
}

async function changeRoot({ client }: Session, root: boolean, retire: boolean): Promise<void> {
  if (root && retire) throw new CommandError(exits.usage, '--root and --retire-root are two steps: the second comes when everybody has a new token');
  const done = root ? await client.rotateRoot() : await client.retireRoot();
  print(root ? `root key ${done.fingerprint} is in force, after ${done.was}` : `root key ${done.was} is retired`);
  note(done.next);
}

async function follow({ client }: Session, first: KeysStatus, timeoutSeconds: number): Promise<KeysStatus> {
  const signal = endOf(timeoutSeconds);
  let told = '';
  for (let status: KeysStatus | undefined = first; ; status = await read(client)) {
    const text = status === undefined ? 'connection lost; trying again' : status.left > 0 ? `${left(status)} left${status.trouble === undefined ? '' : ` (${status.trouble})`}` : '';
    if (text !== told && text !== '') note((told = text));
    if (status && status.left === 0 && !status.keys.some(({ state }) => state === 'Sealing')) {
      print('all that is named is sealed with it');
      return status;
    }
    if (signal.aborted) throw new CommandError(exits.timeout, `waited ${timeoutSeconds} s: ${told}; the work goes on without being waited for`);
    await delay(lookEveryMs);
  }
}

/** A server that restarts is waited for. */
async function read(client: Session['client']): Promise<KeysStatus | undefined> {
  return client.keys().catch((error: unknown) => {
    if (error instanceof Unreachable) return undefined;
    throw error;
  });
}

function left({ keys, left: all }: KeysStatus): string {
  const states = keys.reduce((most, key) => Math.max(most, key.states), 0);
  return `${all} (${Math.min(states, all)} states, ${Math.max(0, all - states)} records)`;
}

function noteOf({ state, emptiedAt }: KeyStatus): string {
  if (state === 'Active') return '';
  if (state === 'Sealing') return 'what is under it is being sealed anew';
  return `is destroyed when the log no longer reaches back to sequence ${emptiedAt}: until then a restore may need it`;
}
