import { resourcePath, serviceKind, type KindDefinition, type Resource } from '@spawnit/contract';
import { CommandError, exits } from '../exit.js';
import { checkManifest } from '../manifest/check.js';
import { forEachManifest } from '../manifest/each.js';
import type { Manifest } from '../manifest/parse.js';
import { place } from '../manifest/place.js';
import { readManifests } from '../manifest/read.js';
import { readFormat, resourceName } from '../output/format.js';
import { note, print } from '../output/streams.js';
import type { Session } from '../session.js';
import { checkPrune, prune, type PruneFlags } from './prune.js';
import { waitForCondition } from './wait.js';

export interface ApplyFlags extends PruneFlags {
  filename: string[];
  recursive?: boolean;
  dryRun?: string;
  output?: string;
  wait?: boolean;
  timeout: number;
  serverSide?: boolean;
  forceConflicts?: boolean;
  fieldManager: string;
}

/** Applies every document; all are tried, and the first failure decides the exit code. Nothing is pruned after a failure. */
export async function apply(session: Session, flags: ApplyFlags): Promise<void> {
  checkPrune(flags);
  if (flags.forceConflicts && !flags.serverSide) throw new CommandError(exits.usage, '--force-conflicts is for --server-side');
  const dryRun = readDryRun(flags.dryRun, 'none, client or server');
  const tell = teller(flags.output, dryRun);
  const manifests = await readManifests(flags.filename, flags.recursive);
  await forEachManifest(manifests, 'applied', async (manifest) => {
    const wanted = place(session, manifest);
    const { done, object } = flags.serverSide ? await applyAtServer(session, manifest.kind, wanted, flags, dryRun) : await session.client.of(manifest.kind).apply(wanted, { dryRun });
    tell(object, done);
    if (object.metadata.deletionTimestamp) note(`warning: ${resourceName(object)} is being deleted: what was applied goes with it`);
  });
  if (flags.prune) await prune(session, manifests, flags, dryRun);
  if (flags.wait && !dryRun) await waitForServices(session, manifests, flags.timeout);
}

/** The server merges, and keeps whose each field is. A field of somebody else's is a conflict, unless it is taken over by force. */
async function applyAtServer(session: Session, kind: KindDefinition, wanted: Resource, { fieldManager, forceConflicts }: ApplyFlags, dryRun: boolean): Promise<{ object: Resource; done: string }> {
  const { name, namespace } = wanted.metadata;
  const query = { fieldManager, force: forceConflicts ? true : undefined, dryRun: dryRun ? 'All' : undefined };
  const object = await session.client.transport.json<Resource>({ method: 'PATCH', path: resourcePath(kind, name, namespace), query, contentType: 'application/apply-patch+yaml', body: wanted });
  return { object, done: 'serverside-applied' };
}

/** Reads and checks the files, and asks no server. `namespace`: what the command line says. */
export async function check(flags: ApplyFlags, namespace?: string): Promise<void> {
  checkPrune(flags);
  const refused = Object.entries({ '--prune': flags.prune, '--wait': flags.wait, '--server-side': flags.serverSide, '--force-conflicts': flags.forceConflicts }).find(([, given]) => given)?.[0];
  if (refused) throw new CommandError(exits.usage, `${refused} is nothing for --dry-run=client, which asks no server; say --dry-run=server`);
  const { printer } = readFormat(flags.output);
  await forEachManifest(await readManifests(flags.filename, flags.recursive), 'valid', async (manifest) => {
    const resource = namespace === undefined ? manifest.resource : place({ namespace, namespaceFlag: namespace }, manifest);
    checkManifest(manifest);
    print(printer ? printer.next(resource) : `${resourceName(resource)} valid (client dry run)`);
  });
}

/** Whether nothing is to be written. Only apply can also do without the server. */
export function readDryRun(word: string | undefined, choices = 'none or server'): boolean {
  if (word === undefined || word === 'none') return false;
  if (word === 'server') return true;
  throw new CommandError(exits.usage, `--dry-run must be ${choices} (got ${word})`);
}

/** What was done in a line; or, with -o, the resource that came of it. */
export function teller(output: string | undefined, dryRun: boolean): (object: Resource, done: string) => void {
  const { printer } = readFormat(output);
  if (printer) return (object) => print(printer.next(object));
  return (object, done) => print(`${resourceName(object)} ${done}${dryRun ? ' (server dry run)' : ''}`);
}

async function waitForServices(session: Session, manifests: Manifest[], timeoutSeconds: number): Promise<void> {
  const services = manifests.filter(({ kind }) => kind === serviceKind).map((manifest) => place(session, manifest).metadata);
  const ready = { type: 'Ready', status: 'True' };
  await Promise.all(services.map(({ name, namespace }) => waitForCondition({ ...session, namespace: namespace! }, { kind: serviceKind, name }, ready, timeoutSeconds)));
}
