import { condition } from '@spawnit/contract';
import { CommandError, exits } from '../exit.js';
import type { Session } from '../session.js';

export async function cordon(session: Session, names: string[], unschedulable: boolean): Promise<void> {
  for (const name of names) {
    await session.client.nodes.patch(name, undefined, { spec: { unschedulable, ...(!unschedulable && { drain: false }) } });
    session.print(`node/${name} ${unschedulable ? 'cordoned' : 'uncordoned'}`);
  }
}

/** Cordons the node and waits until everything on it has moved. */
export async function drain(session: Session, name: string, timeoutSeconds: number): Promise<void> {
  await session.client.nodes.patch(name, undefined, { spec: { unschedulable: true, drain: true } });
  session.note(`node/${name} cordoned; its services are moving`);
  const signal = AbortSignal.any([session.signal, AbortSignal.timeout(timeoutSeconds * 1000)]);
  let last = 'nothing was heard of it';
  for await (const event of session.client.nodes.follow({ fieldSelector: `metadata.name=${name}`, signal })) {
    const node = event.type === 'SYNCED' ? event.items[0] : event.object;
    const drained = node && condition(node, 'Drained');
    if (drained?.status === 'True') return session.print(`node/${name} drained`);
    if (drained && drained.message !== last) session.note((last = drained.message));
  }
  if (session.signal.aborted) throw new CommandError(exits.interrupted, 'interrupted');
  throw new CommandError(exits.timeout, `node/${name} was not empty after ${timeoutSeconds} s: ${last}`);
}
