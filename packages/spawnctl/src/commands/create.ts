import { namespaceKind, type Resource } from '@spawnit/contract';
import { CommandError, exits } from '../exit.js';
import { forEachManifest } from '../manifest/each.js';
import { place } from '../manifest/place.js';
import { readManifests } from '../manifest/read.js';
import { resourceName } from '../output/format.js';
import { print } from '../output/streams.js';
import { kindNamed } from '../refs.js';
import type { Session } from '../session.js';
import { readDryRun } from './apply.js';

/** Creates what files declare, or one namespace. What is there already is an error (exit 5), and stays as it is. */
export async function create(session: Session, [what, name]: [string?, string?], flags: { filename: string[]; dryRun?: string }): Promise<void> {
  const dryRun = readDryRun(flags.dryRun);
  const done = (made: Resource) => print(`${resourceName(made)} created${dryRun ? ' (server dry run)' : ''}`);
  if (what !== undefined) {
    if (kindNamed(what) !== namespaceKind || name === undefined || flags.filename.length > 0) throw new CommandError(exits.usage, 'say `create -f FILE`, or `create namespace NAME`');
    return done(await session.client.namespaces.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }, { dryRun }));
  }
  await forEachManifest(await readManifests(flags.filename), 'created', async (manifest) => {
    const object = place(session, manifest);
    done(await session.client.of(manifest.kind).create(object, { dryRun }));
  });
}
