import type { Op } from '../store/log/commit.js';
import type { View } from '../store/log/view.js';
import type { Leases } from './leases.js';
import type { Members } from './members.js';

const prefix = 'held-names/';
/** So many are freed in one commit at most. */
const mostFreed = 1_000;

/**
 * The name of a node whose record is gone is held until its agent can have no lease any more. That it is held stands in the
 * log, so that a server that begins meanwhile knows it; for how long yet, each server counts on its own clock, from its start at the earliest.
 */
export function holdName(node: string, time: string): Op {
  // The time is for people who read the log.
  return { op: 'put', key: prefix + node, value: { deletedAt: time } };
}

export function isHeld(view: View, node: string): boolean {
  return view.get(prefix + node) !== undefined;
}

/** Pure. */
export function freeName(view: View, node: string): Op[] {
  return isHeld(view, node) ? [{ op: 'delete', key: prefix + node }] : [];
}

/** Pure, but for what was heard: frees the names that are held in vain by now. Who is told nothing of what others hear can't know. */
export function heldInVain(view: View, leases: Leases, members: Members): Op[] {
  if (!members.isKnown(view)) return [];
  return [...view.list(prefix)].map(({ key }) => key.slice(prefix.length)).filter((node) => leases.isSilent(node)).slice(0, mostFreed).flatMap((node) => freeName(view, node));
}
