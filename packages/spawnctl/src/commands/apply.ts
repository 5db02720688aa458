import { lastApplied, type Resource } from '@spawnit/contract';
import { createTwoFilesPatch } from 'diff';
import { stringify } from 'yaml';
import { CommandError, exits, exitOf, explain } from '../exit.js';
import { readManifests, type Manifest } from '../manifest/read.js';
import { resourceName } from '../output/format.js';
import type { Session } from '../session.js';
import { waitForCondition } from './wait.js';

export interface ApplyFlags {
  filename: string[];
  dryRun?: string;
  wait?: boolean;
  timeout: number;
}

/** Applies every document; all are tried, and the first failure decides the exit code. */
export async function apply(session: Session, flags: ApplyFlags): Promise<void> {
  const manifests = await readManifests(flags.filename);
  const dryRun = readDryRun(flags.dryRun);
  const failed: unknown[] = [];
  for (const manifest of manifests) {
    await applyOne(session, manifest, dryRun).catch((error: unknown) => {
      session.note(`${manifest.from}: ${explain(error)}`);
      failed.push(error);
    });
  }
  if (failed.length > 0) throw new CommandError(exitOf(failed[0]), `${failed.length} of ${manifests.length} not applied`);
  if (flags.wait && dryRun === undefined) await waitAll(session, manifests, flags.timeout);
}

async function applyOne(session: Session, manifest: Manifest, dryRun: 'client' | 'server' | undefined): Promise<void> {
  const object = placed(session, manifest);
  if (dryRun === 'client') return session.print(`${resourceName(object)} read (client dry run)`);
  const { done } = await session.client.of(manifest.kind).apply(object, { dryRun: dryRun === 'server' });
  session.print(`${resourceName(object)} ${done}${dryRun ? ' (server dry run)' : ''}`);
}

async function waitAll(session: Session, manifests: Manifest[], timeoutSeconds: number): Promise<void> {
  const services = manifests.filter((m) => m.kind.kind === 'Service');
  await Promise.all(services.map((m) => waitForCondition(session, { kind: m.kind, name: m.resource.metadata.name }, { type: 'Ready', status: 'True' }, timeoutSeconds, m.resource.metadata.namespace)));
}

/** What apply would change: 0 nothing, 1 something, more on an error; as kubectl diff. */
export async function diff(session: Session, filenames: string[]): Promise<void> {
  let differs = false;
  for (const manifest of await readManifests(filenames)) {
    const object = placed(session, manifest);
    const resources = session.client.of(manifest.kind);
    const live = await resources.get(object.metadata.name, object.metadata.namespace).catch((error: unknown) => {
      if (exitOf(error) === exits.notFound) return undefined;
      throw error;
    });
    const { object: merged } = await resources.apply(object, { dryRun: true });
    const [before, after] = [live ? comparable(live) : '', comparable(merged)];
    if (before === after) continue;
    differs = true;
    session.print(createTwoFilesPatch(`live/${resourceName(object)}`, `merged/${resourceName(object)}`, before, after, undefined, undefined, { context: 3 }));
  }
  if (differs) throw new CommandError(exits.failed, '');
}

function placed(session: Session, { kind, resource }: Manifest): Resource {
  if (!kind.namespaced) return resource;
  return { ...resource, metadata: { ...resource.metadata, namespace: resource.metadata.namespace ?? session.namespace } };
}

/** Without what the server keeps for itself and changes on its own. */
function comparable(resource: Resource): string {
  const { resourceVersion: _r, generation: _g, managedFields: _m, annotations, ...metadata } = resource.metadata;
  const { [lastApplied]: _a, ...kept } = annotations ?? {};
  const { status: _s, ...rest } = resource;
  return stringify({ ...rest, metadata: { ...metadata, ...(Object.keys(kept).length > 0 && { annotations: kept }) } }, { lineWidth: 0, sortMapEntries: true });
}

function readDryRun(word: string | undefined): 'client' | 'server' | undefined {
  if (word === undefined || word === 'none') return undefined;
  if (word === 'client' || word === 'server') return word;
  throw new CommandError(exits.usage, `--dry-run must be none, client or server (got ${word})`);
}
