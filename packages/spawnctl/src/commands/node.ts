import { condition } from '@spawnit/contract';
import { print, note } from '../output/streams.js';
import { readRef } from '../refs.js';
import type { Session } from '../session.js';
import { watchUntil } from './watch-until.js';

export async function cordon(session: Session, words: string[], unschedulable: boolean): Promise<void> {
  for (const word of words) {
    const { name } = readRef(word, 'node');
    const { spec } = await session.client.nodes.get(name);
    const done = spec.unschedulable === unschedulable && (unschedulable || !spec.drain);
    if (!done) await session.client.nodes.patch(name, undefined, { spec: { unschedulable, ...(!unschedulable && { drain: false }) } });
    print(`node/${name} ${done ? 'already ' : ''}${unschedulable ? 'cordoned' : 'uncordoned'}`);
  }
}

/** Cordons the node and waits until everything on it has moved, telling what is left. */
export async function drain(session: Session, word: string, timeoutSeconds: number): Promise<void> {
  const ref = readRef(word, 'node');
  const { metadata } = await session.client.nodes.patch(ref.name, undefined, { spec: { unschedulable: true, drain: true } });
  note(`node/${ref.name} cordoned; its services are moving`);
  let told = '';
  await watchUntil({ session, ref, timeoutSeconds, what: `node/${ref.name} to be empty` }, (node) => {
    if (node === undefined || node.metadata.uid !== metadata.uid) return 'gone';
    const drained = condition(node as typeof node & { status?: never }, 'Drained');
    if (drained?.status === 'True') return 'drained';
    if (drained?.message && drained.message !== told) note((told = drained.message));
    return undefined;
  });
  print(`node/${ref.name} drained`);
}
