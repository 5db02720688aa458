import { restartAnnotation, serviceKind, type Revision, type Service } from '@spawnit/contract';
import { stringify } from 'yaml';
import { CommandError, exits } from '../exit.js';
import { tellAction } from '../output/action.js';
import { columns } from '../output/columns.js';
import { since } from '../output/since.js';
import { note, print } from '../output/streams.js';
import { serviceNamed } from '../refs.js';
import type { Session } from '../session.js';
import { readDryRun } from './apply.js';
import { stalledSince, waitForCondition } from './wait.js';

export interface RolloutFlags {
  dryRun?: string;
  wait?: boolean;
  timeout: number;
}

const ready = { type: 'Ready', status: 'True' };

/** Waits until what is declared is real, telling how far it is; ends at once when it can't be. */
export async function rolloutStatus(session: Session, word: string, { wait, timeout }: RolloutFlags): Promise<void> {
  const name = serviceNamed(word);
  if (wait !== false) return waitForCondition(session, { kind: serviceKind, name }, ready, timeout);
  const service = await session.client.services.get(name, session.namespace);
  const { generation } = service.metadata;
  print(`service.spawnit.dev/${name} ${service.status?.phase ?? 'Pending'}: generation ${generation}${service.status?.applied?.generation === generation ? ' is applied' : ' is not applied yet'}`);
}

/** The revisions that are kept, newest last; or what one of them declared. */
export async function rolloutHistory(session: Session, word: string, { revision, output }: { revision?: string; output?: string }): Promise<void> {
  const name = serviceNamed(word);
  const service = await session.client.services.get(name, session.namespace);
  const revisions = await revisionsOf(session, service);
  if (revision !== undefined) return print(stringify(chosen(revisions, revision, name).spec.serviceSpec, { lineWidth: 0 }));
  if (output === 'json') return print(JSON.stringify(revisions, null, 2));
  if (output === 'name') return print(revisions.map(({ metadata }) => metadata.name).join('\n'));
  if (output !== undefined) throw new CommandError(exits.usage, `--output must be json or name (got ${output})`);
  if (revisions.length === 0) return note(`service "${name}" has no revision yet`);
  print(columns([['GENERATION', 'CURRENT', 'AGE', 'BY', 'REVISION', 'CHANGE-CAUSE'], ...revisions.map((each) => row(each, service))]));
}

/** Declares again what an earlier revision did. */
export async function rolloutUndo(session: Session, word: string, flags: RolloutFlags & { toRevision?: string }): Promise<void> {
  const name = serviceNamed(word);
  const service = await session.client.services.get(name, session.namespace);
  const to = flags.toRevision === undefined ? undefined : chosen(await revisionsOf(session, service), flags.toRevision, name).metadata.name;
  const dryRun = readDryRun(flags.dryRun);
  const request = { ...(to !== undefined && { revision: to }), generation: service.metadata.generation };
  tellAction(await session.client.act(session.namespace, name, 'rollback', request, { dryRun }), 'rolled back');
  if (flags.wait && !dryRun) await waitForCondition(session, { kind: serviceKind, name }, ready, flags.timeout);
}

/** Makes anew what runs. */
export async function rolloutRestart(session: Session, word: string, flags: RolloutFlags): Promise<void> {
  const name = serviceNamed(word);
  const dryRun = readDryRun(flags.dryRun);
  const before = await session.client.services.get(name, session.namespace);
  tellAction(await session.client.act(session.namespace, name, 'restart', {}, { dryRun }), 'restart asked for');
  if (flags.wait && !dryRun) await waitForCondition(session, { kind: serviceKind, name }, ready, flags.timeout, { order: { annotation: restartAnnotation, before } });
}

/** Begins the next attempt at once. */
export async function rolloutRetry(session: Session, word: string, flags: RolloutFlags): Promise<void> {
  const name = serviceNamed(word);
  const dryRun = readDryRun(flags.dryRun);
  const pastStall = stalledSince(await session.client.services.get(name, session.namespace));
  tellAction(await session.client.act(session.namespace, name, 'retry', {}, { dryRun }), 'retry asked for');
  if (flags.wait && !dryRun) await waitForCondition(session, { kind: serviceKind, name }, ready, flags.timeout, { pastStall });
}

/** Suspended, nothing of it is planned, applied or checked; what runs goes on. */
export async function suspend(session: Session, word: string, suspended: boolean): Promise<void> {
  const name = serviceNamed(word);
  const { spec } = await session.client.services.get(name, session.namespace);
  if (spec.suspend !== suspended) await session.client.services.patch(name, session.namespace, { spec: { suspend: suspended } });
  print(`service.spawnit.dev/${name} ${spec.suspend === suspended ? 'already ' : ''}${suspended ? 'paused' : 'resumed'}`);
}

async function revisionsOf({ client }: Session, { metadata }: Service): Promise<Revision[]> {
  const { items } = await client.revisions.list({ namespace: metadata.namespace, fieldSelector: `spec.service=${metadata.name}` });
  return items.filter(({ spec }) => spec.serviceUid === metadata.uid).sort((a, b) => a.spec.generation - b.spec.generation);
}

/** By its generation, as kubectl counts revisions, or by its name. */
function chosen(revisions: Revision[], word: string, service: string): Revision {
  const found = revisions.find(({ metadata, spec }) => metadata.name === word || String(spec.generation) === word);
  if (found) return found;
  throw new CommandError(exits.notFound, `service "${service}" has no revision ${word} (generations: ${revisions.map(({ spec }) => spec.generation).join(', ') || 'none'})`);
}

function row({ metadata, spec }: Revision, { status }: Service): string[] {
  return [String(spec.generation), status?.applied?.revision === metadata.name ? '*' : '', metadata.creationTimestamp ? since(metadata.creationTimestamp) : '', spec.author ?? '<none>', metadata.name, spec.message ?? '<none>'];
}
