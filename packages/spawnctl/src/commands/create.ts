import { namespaceKind } from '@spawnit/contract';
import { CommandError, exits } from '../exit.js';
import { forEachManifest } from '../manifest/each.js';
import { place } from '../manifest/place.js';
import { readManifests } from '../manifest/read.js';
import { kindNamed } from '../refs.js';
import type { Session } from '../session.js';
import { readDryRun, teller } from './apply.js';

/** Creates what files declare, or one namespace. What is there already is an error (exit 5), and stays as it is. */
export async function create(session: Session, [what, name]: [string?, string?], flags: { filename: string[]; recursive?: boolean; dryRun?: string; output?: string }): Promise<void> {
  const dryRun = readDryRun(flags.dryRun);
  const tell = teller(flags.output, dryRun);
  if (what !== undefined) {
    if (kindNamed(what) !== namespaceKind || name === undefined || flags.filename.length > 0) throw new CommandError(exits.usage, 'say `create -f FILE`, or `create namespace NAME`');
    return tell(await session.client.namespaces.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }, { dryRun }), 'created');
  }
  await forEachManifest(await readManifests(flags.filename, flags.recursive), 'created', async (manifest) => {
    const object = place(session, manifest);
    tell(await session.client.of(manifest.kind).create(object, { dryRun }), 'created');
  });
}
