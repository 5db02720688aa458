import { ApiError, errorText, lastApplied, type Resource } from '@spawnit/contract';
import { createTwoFilesPatch } from 'diff';
import { stringify } from 'yaml';
import { CommandError, exits, type Exit } from '../exit.js';
import { exitOf } from '../failure.js';
import { forEachManifest } from '../manifest/each.js';
import { place } from '../manifest/place.js';
import { readManifests } from '../manifest/read.js';
import { resourceName } from '../output/format.js';
import { print } from '../output/streams.js';
import type { Session } from '../session.js';

/** What apply would change: exit 0 nothing, 1 something, more on an error; as kubectl diff. */
export async function diff(session: Session, filenames: string[], recursive?: boolean): Promise<void> {
  let differs = false;
  const manifests = await readManifests(filenames, recursive);
  await forEachManifest(manifests, 'compared', async (manifest) => {
    const object = place(session, manifest);
    const resources = session.client.of(manifest.kind);
    const live = await resources.get(object.metadata.name, object.metadata.namespace).catch((error: unknown) => {
      if (ApiError.is(error, 'NotFound')) return undefined;
      throw error;
    });
    const { object: merged } = await resources.apply(object, { dryRun: true });
    const [before, after] = [live ? comparable(live) : '', comparable(merged)];
    if (before === after) return;
    differs = true;
    print(createTwoFilesPatch(`live/${resourceName(object)}`, `merged/${resourceName(object)}`, before, after, undefined, undefined, { context: 3 }));
  }).catch((error: unknown) => {
    throw moreThanOne(error);
  });
  if (differs) throw new CommandError(exits.failed, '');
}

/** 1 means a difference, so no error may end with it. */
function moreThanOne(error: unknown): unknown {
  if (exitOf(error) !== exits.failed) return error;
  return new CommandError(exits.usage as Exit, errorText(error));
}

/** Without what the server keeps for itself and changes on its own. */
function comparable(resource: Resource): string {
  const { resourceVersion: _r, generation: _g, managedFields: _m, uid: _u, creationTimestamp: _c, annotations, ...metadata } = resource.metadata;
  const { [lastApplied]: _a, ...kept } = annotations ?? {};
  const { status: _s, ...rest } = resource;
  return stringify({ ...rest, metadata: { ...metadata, ...(Object.keys(kept).length > 0 && { annotations: kept }) } }, { lineWidth: 0, sortMapEntries: true });
}
