import { nearest, revertAnnotation, serviceKind, type DriftedField, type Service } from '@spawnit/contract';
import { CommandError, exits } from '../exit.js';
import { tellAction } from '../output/action.js';
import { columns } from '../output/columns.js';
import { since } from '../output/since.js';
import { note, print } from '../output/streams.js';
import { serviceNamed } from '../refs.js';
import type { Session } from '../session.js';
import { readDryRun } from './apply.js';
import { waitForCondition } from './wait.js';

export interface DriftListFlags {
  allNamespaces?: boolean;
  headers: boolean;
  output?: string;
}

export interface DriftFlags {
  all?: boolean;
  dryRun?: string;
  force?: boolean;
  wait?: boolean;
  timeout?: number;
}

/** Fields that are not as declared: of one service, or of all. */
export async function listDrift(session: Session, word: string | undefined, flags: DriftListFlags): Promise<void> {
  const namespace = flags.allNamespaces ? undefined : session.namespace;
  const services = word === undefined ? (await session.client.services.list({ namespace })).items : [await session.client.services.get(serviceNamed(word), session.namespace)];
  const drifted = services.filter(({ status }) => (status?.drift?.fields.length ?? 0) > 0 || status?.drift?.verdict === 'Drifted');
  if (flags.output === 'json') return print(JSON.stringify(drifted.map(({ metadata, status }) => ({ namespace: metadata.namespace, service: metadata.name, ...status!.drift })), null, 2));
  if (flags.output === 'name') return print(drifted.map(({ metadata }) => `service.spawnit.dev/${metadata.name}`).join('\n'));
  if (flags.output !== undefined) throw new CommandError(exits.usage, `--output must be json or name (got ${flags.output})`);
  if (drifted.length === 0) return note(word === undefined ? `Nothing has drifted${namespace ? ` in namespace "${namespace}"` : ''}.` : `service "${serviceNamed(word)}" ${verdictOf(services[0]!)}`);
  const head = [...(flags.allNamespaces ? ['NAMESPACE'] : []), 'SERVICE', 'RESOURCE', 'FIELD', 'DECLARED', 'LIVE', 'SINCE', 'NOTE'];
  const rows = drifted.flatMap((service) => rowsOf(service).map((row) => [...(flags.allNamespaces ? [service.metadata.namespace ?? ''] : []), ...row]));
  print(columns(flags.headers ? [head, ...rows] : rows));
}

/** Declares what is live. */
export async function acceptDrift(session: Session, word: string, names: string[], flags: DriftFlags): Promise<void> {
  const { name, request, dryRun } = await prepare(session, word, names, flags);
  tellAction(await session.client.act(session.namespace, name, 'drift/accept', request, { dryRun }), 'drift accepted');
}

/** Leaves what is live, and calls it no drift. */
export async function ignoreDrift(session: Session, word: string, names: string[], flags: DriftFlags): Promise<void> {
  const { name, request, dryRun } = await prepare(session, word, names, flags);
  tellAction(await session.client.act(session.namespace, name, 'drift/ignore', request, { dryRun }), 'drift ignored');
}

/** Has everything made as declared again. */
export async function revertDrift(session: Session, word: string, flags: DriftFlags): Promise<void> {
  const name = serviceNamed(word);
  const dryRun = readDryRun(flags.dryRun);
  const before = await session.client.services.get(name, session.namespace);
  tellAction(await session.client.act(session.namespace, name, 'revert', { force: flags.force ?? false }, { dryRun }), 'revert asked for');
  if (flags.wait && !dryRun) await waitForCondition(session, { kind: serviceKind, name }, { type: 'Compliant', status: 'True' }, flags.timeout ?? 120, { order: { annotation: revertAnnotation, before } });
}

/** Has it checked now. Exit 0 compliant, 1 drifted or not known. */
export async function checkDrift(session: Session, word: string): Promise<void> {
  const name = serviceNamed(word);
  const { verdict, fields } = (await session.client.check(session.namespace, name)) as { verdict: string; fields?: DriftedField[] };
  for (const { resource, field, desired, live } of fields ?? []) note(`  ${resource}.${field}: ${desired} → ${live}`);
  print(`service.spawnit.dev/${name} ${verdict}`);
  if (verdict !== 'Compliant') throw new CommandError(exits.failed, '');
}

async function prepare(session: Session, word: string, names: string[], flags: DriftFlags) {
  const name = serviceNamed(word);
  const service = await session.client.services.get(name, session.namespace);
  const fields = chooseFields(service, names, flags.all ?? false).map(({ resource, field, live }) => ({ resource, field, live }));
  return { name, request: { fields, generation: service.metadata.generation }, dryRun: readDryRun(flags.dryRun) };
}

/** `memory`, or `docker_container.this.memory`; each must mean one field. Throws with the nearest that there is. */
export function chooseFields({ metadata, status }: Service, names: string[], all: boolean): DriftedField[] {
  const open = (status?.drift?.fields ?? []).filter(({ ignored }) => !ignored);
  if (open.length === 0) throw new CommandError(exits.conflict, `service "${metadata.name}" has no drifted field`);
  const list = open.map(fullName).join(', ');
  if (all === names.length > 0) throw new CommandError(exits.usage, `say which fields, or --all: ${list}`);
  if (all) return open;
  return names.map((name) => {
    const meant = open.filter((field) => fullName(field) === name || field.field === name);
    if (meant.length === 1) return meant[0]!;
    if (meant.length > 1) throw new CommandError(exits.usage, `"${name}" has drifted in several resources: say ${meant.map(fullName).join(' or ')}`);
    const near = nearest(name, open.flatMap((field) => [field.field, fullName(field)]));
    throw new CommandError(exits.notFound, `"${name}" is no drifted field of service "${metadata.name}"${near ? `; did you mean "${near}"?` : ''} (there are: ${list})`);
  });
}

function fullName({ resource, field }: DriftedField): string {
  return `${resource}.${field}`;
}

function rowsOf({ metadata, status }: Service): string[][] {
  const { fields, since: from } = status!.drift!;
  if (fields.length === 0) return [[metadata.name, '<none>', '<none>', '<none>', '<none>', since(from), status!.drift!.verdict]];
  return fields.map((field) => [metadata.name, field.resource, field.field, short(field.desired), short(field.live), since(field.since ?? from), noteOf(field)]);
}

function noteOf({ ignored, parameter }: DriftedField): string {
  return ignored ? 'ignored' : parameter ? `parameter ${parameter}` : '';
}

function verdictOf({ status }: Service): string {
  const drift = status?.drift;
  if (!drift) return 'was not checked yet';
  return drift.verdict === 'Compliant' ? `is as declared, since ${since(drift.since)}` : `is ${drift.verdict}`;
}

const widest = 40;

function short(text: string): string {
  return text.length <= widest ? text : `${text.slice(0, widest - 1)}…`;
}
