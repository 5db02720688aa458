import type { RunInputs } from '@spawnit/contract';
import { fail } from '../errors/causes.js';
import type { TofuMessage } from './messages.js';

/** What tofu plans for things that no state knows. */
const anew = new Set(['create', 'read']);

/**
 * tofu takes a 404 for "there is no state", whoever says it, and would make everything again, or destroy nothing and call it
 * done. But it looks at each thing that its state knows, and says so: if it has looked at none of those that the server's
 * state has, that is not the state it was given. The apply of a saved plan needs no such look: tofu itself refuses one that
 * was made of another state. Throws StateConflict.
 */
export function mustHaveSeen({ resources = 0 }: Pick<RunInputs['state'], 'resources'>, messages: readonly TofuMessage[]): void {
  if (resources === 0 || messages.some(tellsOfState)) return;
  fail('StateConflict', 'tofu was told that there is no state, and SpawnIt holds one: nothing was changed', `The state knows ${resources} real ${resources === 1 ? 'thing' : 'things'}. Something between this node and the apiserver answers in its place.`);
}

function tellsOfState(message: TofuMessage): boolean {
  return message.type === 'refresh_start' || (message.type === 'planned_change' && !anew.has(message.change.action));
}
