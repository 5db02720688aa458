import type { Resource } from '@spawnit/contract';
import { CommandError, exits } from '../exit.js';
import type { Session } from '../session.js';
import type { Manifest } from './parse.js';

/** The resource in its namespace: its own, else the session's. Throws when the command line says another. */
export function place({ namespace, namespaceFlag }: Pick<Session, 'namespace' | 'namespaceFlag'>, { kind, resource, at }: Manifest): Resource {
  if (!kind.namespaced) return resource;
  const own = resource.metadata.namespace;
  if (own !== undefined && namespaceFlag !== undefined && own !== namespaceFlag) {
    throw new CommandError(exits.usage, `${at('metadata.namespace')}: metadata.namespace: is "${own}", and -n says "${namespaceFlag}"`);
  }
  return { ...resource, metadata: { ...resource.metadata, namespace: own ?? namespace } };
}
