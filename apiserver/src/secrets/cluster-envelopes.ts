import type { ServerContext } from '../context.js';
import { Envelopes } from './envelope.js';
import { RecordedKeys } from './key-ring.js';

/** Those of this cluster: what is sealed by one server is opened by every other, from the commit of its key on. */
export function clusterEnvelopes({ keys, registry }: Pick<ServerContext, 'keys' | 'registry'>): Envelopes {
  return new Envelopes(new RecordedKeys(keys, () => registry.view));
}
