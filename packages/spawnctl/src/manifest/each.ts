import { ApiError, errorText, Unreachable } from '@spawnit/contract';
import { CommandError } from '../exit.js';
import { exitOf, headOf } from '../failure.js';
import { note } from '../output/streams.js';
import type { Manifest } from './parse.js';

/**
 * Does it to every manifest: one that is refused doesn't keep the others from being done. Each fault is told with
 * its place in the file; the first decides the exit code. Without a server, or without leave, the rest isn't tried.
 */
export async function forEachManifest(manifests: Manifest[], what: string, act: (manifest: Manifest) => Promise<void>): Promise<void> {
  const failed: unknown[] = [];
  for (const manifest of manifests) {
    try {
      await act(manifest);
    } catch (error) {
      if (error instanceof Unreachable || ApiError.is(error, 'Unauthorized')) throw error;
      for (const line of faultsOf(manifest, error)) note(line);
      failed.push(error);
    }
  }
  if (failed.length > 0) throw new CommandError(exitOf(failed[0]), `${failed.length} of ${manifests.length} not ${what}`);
}

function faultsOf({ at, resource }: Manifest, error: unknown): string[] {
  if (error instanceof CommandError) return [error.message];
  const causes = (ApiError.is(error, 'Invalid') && error.details.causes) || [];
  if (causes.length === 0) return [`${at()}: ${errorText(error)}`];
  const about = (field: string | undefined) => (field ? `${field}: ` : `${headOf(error as ApiError)}: `);
  return causes.map((cause) => `${at(cause.field)}: ${about(cause.field)}${cause.message} (${resource.kind} "${resource.metadata.name}")`);
}
