import { condition, restoredStateAnnotation, sensitiveMask, type Service, type StateContent, type StateSerial } from '@spawnit/contract';
import { stringify } from 'yaml';
import { CommandError, exits } from '../exit.js';
import { columns } from '../output/columns.js';
import { since } from '../output/since.js';
import { note, print } from '../output/streams.js';
import { readRef, serviceNamed } from '../refs.js';
import type { Session } from '../session.js';
import { watchUntil } from './watch-until.js';

export interface StateFlags {
  serial?: number;
  output?: string;
}

export interface RestoreFlags {
  serial: number;
  dryRun?: boolean;
  wait?: boolean;
  timeout: number;
}

/** The serials that are kept, the newest last. */
export async function listStates(session: Session, word: string, flags: StateFlags & { headers: boolean }): Promise<void> {
  const name = serviceNamed(word);
  const history = await session.client.stateHistory(session.namespace, name);
  if (flags.output === 'name') return print(history.items.map(({ serial }) => String(serial)).join('\n'));
  if (flags.output !== undefined && flags.output !== 'wide') return print(asData(history, flags.output, ['wide', 'json', 'yaml', 'name']));
  if (history.items.length === 0) return note(`service "${name}" has no state yet: nothing was applied.`);
  const wide = flags.output === 'wide';
  const head = ['SERIAL', 'CURRENT', 'RESOURCES', 'SIZE', 'EPOCH', 'AGE', 'JOB', 'NOTE', ...(wide ? ['BY', 'LINEAGE'] : [])];
  const rows = history.items.map((item) => [...rowOf(item), ...(wide ? [item.by ?? '<none>', item.lineage] : [])]);
  print(columns(flags.headers ? [head, ...rows] : rows));
}

/** Resources and outputs of one state. */
export async function showState(session: Session, word: string, flags: StateFlags): Promise<void> {
  const content = await session.client.showState(session.namespace, serviceNamed(word), flags.serial);
  if (flags.output !== undefined) return print(asData(content, flags.output, ['json', 'yaml']));
  print([headLine(content), resourcesOf(content), outputsOf(content)].filter((part) => part !== '').join('\n\n'));
}

/** The bytes as they are, so that `spawnctl state pull x > x.tfstate` gives what tofu wrote. */
export async function pullState(session: Session, word: string, flags: StateFlags): Promise<void> {
  process.stdout.write(await session.client.pullState(session.namespace, serviceNamed(word), flags.serial));
}

/** Makes an earlier state the current one, and says what happens then. */
export async function restoreState(session: Session, word: string, { serial, dryRun = false, wait, timeout }: RestoreFlags): Promise<void> {
  const name = serviceNamed(word);
  const done = await session.client.restoreState(session.namespace, name, { serial, dryRun });
  for (const address of done.added) note(`  + ${address}: known again`);
  for (const address of done.removed) note(`  - ${address}: no longer known`);
  print(`state of service/${name}: serial ${done.from} ${dryRun ? 'would be' : 'was'} restored as serial ${done.serial}${dryRun ? ' (dry run)' : ''}`);
  note(done.next);
  if (dryRun) return;
  if (wait) return waitUntilApplied(session, name, done.serial, timeout);
  note(`\`spawnctl wait svc/${name} --for=condition=Ready\` waits for it; \`spawnctl state restore ${name} --serial ${done.was}\` takes it back`);
}

async function waitUntilApplied(session: Session, name: string, serial: number, timeoutSeconds: number): Promise<void> {
  const ref = readRef(name, 'service');
  await watchUntil({ session, ref, timeoutSeconds, what: `service/${name} to be applied with serial ${serial}` }, (object) => {
    const service = object as Service | undefined;
    const wanted = service?.metadata.annotations?.[restoredStateAnnotation];
    if (service === undefined || wanted !== String(serial)) throw new CommandError(exits.conflict, `service/${name} was deleted, or another state was restored meanwhile`);
    const stalled = condition(service, 'Stalled');
    if (stalled?.status === 'True') throw new CommandError(exits.failed, `service/${name} can't be applied with it: ${stalled.reason}: ${stalled.message}`);
    return service.status?.applied?.restoredState === wanted && service.status.activeJob === undefined ? 'applied' : undefined;
  });
  print(`service/${name} applied`);
}

function rowOf({ serial, current, resources, size, epoch, time, job, restoredFrom }: StateSerial): string[] {
  const age = time === undefined ? '<unknown>' : since(time);
  return [String(serial), current ? '*' : '', String(resources), size === undefined ? '<unknown>' : bytes(size), String(epoch), age, job ?? '<none>', restoredFrom === undefined ? '' : `restored from ${restoredFrom}`];
}

function headLine({ serial, current, lineage, epoch, time, by, restoredFrom }: StateContent): string {
  const written = time === undefined ? '' : `, written ${since(time)} ago${by ? ` by ${by}` : ''}`;
  return `Serial ${serial}${current ? ' (current)' : ''}, epoch ${epoch}${written}${restoredFrom === undefined ? '' : `, restored from ${restoredFrom}`}\nLineage ${lineage}`;
}

function resourcesOf({ contents }: StateContent): string {
  if (contents.length === 0) return 'It knows of nothing real.';
  return contents.map(({ address, id, tainted, attributes }) => [`${address}${id === undefined ? '' : ` (${id.slice(0, 12)})`}${tainted ? ' tainted' : ''}`, ...Object.entries(attributes).filter(([, value]) => isWorthTelling(value)).map(([name, value]) => `    ${name}: ${JSON.stringify(value)}`)].join('\n')).join('\n');
}

function outputsOf({ outputs }: StateContent): string {
  const names = Object.keys(outputs);
  return names.length === 0 ? '' : ['Outputs:', ...names.map((name) => `    ${name}: ${outputs[name]!.sensitive ? sensitiveMask : JSON.stringify(outputs[name]!.value)}`)].join('\n');
}

function isWorthTelling(value: unknown): boolean {
  return value !== null && value !== '' && !(Array.isArray(value) && value.length === 0);
}

function asData(value: unknown, format: string, formats: string[]): string {
  if (!formats.includes(format)) throw new CommandError(exits.usage, `--output must be one of ${formats.join(', ')} (got ${format})`);
  return format === 'json' ? JSON.stringify(value, null, 2) : stringify(value, { lineWidth: 0 });
}

/** 812 B, 12.3 kB, 4.0 MB. */
function bytes(count: number): string {
  if (count < 1000) return `${count} B`;
  return count < 1_000_000 ? `${(count / 1000).toFixed(1)} kB` : `${(count / 1_000_000).toFixed(1)} MB`;
}
