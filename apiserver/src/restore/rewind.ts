import { kinds, type KindDefinition, type RestoreChange } from '@spawnit/contract';
import type { NewEvent } from '../resources/events.js';
import type { Op } from '../store/log/commit.js';
import type { View } from '../store/log/view.js';
import { rewindCatalogue, rewindNamespaces } from './rewind-declarations.js';
import { rewindServices } from './rewind-services.js';

/** What people declared, as it stands and as it was, and how it is to go back. */
export interface Rewind {
  now: View;
  then: View;
  /** Only what is in this namespace. */
  namespace?: string;
  /** What was made since stays. */
  keepNew: boolean;
  /** Modules whose files are no longer in the store. */
  lostModules: ReadonlySet<string>;
  /** ISO 8601, for display. */
  time: string;
}

/** One thing that goes back, with the operations that belong together. */
export interface Step {
  change: RestoreChange;
  ops: Op[];
  /** What is told of it. */
  event?: NewEvent;
}

/**
 * What happens to each kind. What is declared goes back; what tells how the world is (states, nodes, jobs) stays, for the
 * world does not go back with it: the loops make it match again.
 */
const treatment: Record<string, 'goes back' | 'with its service' | 'stays'> = {
  Namespace: 'goes back',
  Template: 'goes back',
  Module: 'goes back',
  Service: 'goes back',
  Revision: 'with its service',
  Job: 'stays',
  Node: 'stays',
  Event: 'stays',
  Lease: 'stays',
};

/** Kinds that nobody has decided upon: none, says a test. */
export function undecided(): KindDefinition[] {
  return kinds.filter(({ kind }) => treatment[kind] === undefined);
}

/** Pure. In the order in which they can be committed, in as many commits as it takes: whatever was done already gives no step again. */
export function planRewind(rewind: Rewind): Step[] {
  return [...rewindNamespaces(rewind), ...rewindCatalogue(rewind), ...rewindServices(rewind)];
}
