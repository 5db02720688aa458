import { engineHost, removeContainers } from '@spawnit/local/control';
import { condition, serviceKind, nodeKind, type Node, type Service } from '@spawnit/contract';
import { CommandError, exits } from '../exit.js';
import { progressTeller } from '../output/progress.js';
import { note, print } from '../output/streams.js';
import { readRef, serviceNamed } from '../refs.js';
import type { Session } from '../session.js';
import { dataDirOf, processOf, signal, until, type StarFlags } from './star.js';
import { watchUntil } from './watch-until.js';

/** Removes what runs of a service, and watches how that is found and made good. */
export async function killApp(session: Session, word: string, flags: StarFlags): Promise<void> {
  const name = serviceNamed(word);
  const { spec } = await session.client.services.get(name, session.namespace);
  const removed = await removeContainers(engineHost(), { namespace: session.namespace, service: name });
  if (removed.length === 0) throw new CommandError(exits.notFound, `service "${name}" has no container on the engine here`);
  print(`removed ${removed.join(', ')}`);
  if (flags.wait === false) return;
  const heals = spec.drift.policy === 'Revert';
  await watchService(session, name, flags.timeout, 'found missing', ({ status }) => status?.phase === 'Drifted' || status?.activeJob !== undefined);
  if (!heals) return note(`its drift policy is ${spec.drift.policy}: \`spawnctl drift revert ${name}\` has it made again`);
  await watchService(session, name, flags.timeout, 'as declared again', ({ status }) => status?.phase === 'Ready' && status.drift?.verdict !== 'Drifted' && status.activeJob === undefined);
  print(`service/${name} is as declared again`);
}

/** The agent's process stands still, as that of a machine that hangs: nothing of it is told. */
export async function stopNode(session: Session, word: string, flags: StarFlags): Promise<void> {
  const { name } = readRef(word, 'node');
  const pid = processOf(flags, name);
  await session.client.nodes.get(name);
  signal(pid, 'SIGSTOP');
  print(`node/${name} stands still; \`spawnctl star start-node ${name}\` lets it go on`);
  if (flags.wait === false) return;
  await watchNode(session, name, flags.timeout, 'to be lost', (ready) => ready !== 'True');
  note(`node/${name} is lost; its services move`);
  await until(flags.timeout, `the services of node/${name} to be elsewhere`, async () => (await session.client.services.list({ fieldSelector: `status.node=${name}` })).items.length === 0);
  print(`nothing is placed on node/${name} any more`);
}

export async function startNode(session: Session, word: string, flags: StarFlags): Promise<void> {
  const { name } = readRef(word, 'node');
  signal(processOf(flags, name), 'SIGCONT');
  if (flags.wait !== false) await watchNode(session, name, flags.timeout, 'to be ready', (ready) => ready === 'True');
  print(`node/${name} goes on`);
}

/** Kills the apiserver, and waits until the one that the starter starts answers. */
export async function stopApi(session: Session, flags: StarFlags): Promise<void> {
  const pid = processOf(flags, 'apiserver');
  signal(pid, 'SIGKILL');
  print('the apiserver was killed');
  if (flags.wait === false) return;
  const began = performance.now();
  await until(flags.timeout, 'another apiserver to be there', () => processOf({ ...flags, dataDir: dataDirOf(flags) }, 'apiserver') !== pid);
  await until(flags.timeout, 'the API to answer again', () => answers(session));
  print(`the API answers again after ${((performance.now() - began) / 1000).toFixed(1)} s`);
}

function answers({ client }: Session): Promise<boolean> {
  return client.transport.text({ path: '/readyz', accept: '*/*' }).then(
    () => true,
    () => false,
  );
}

async function watchService(session: Session, name: string, timeoutSeconds: number, what: string, holds: (service: Service) => boolean): Promise<void> {
  const tell = progressTeller((progress) => note(`service/${name} ${progress}`));
  await watchUntil({ session, ref: { kind: serviceKind, name }, timeoutSeconds, what: `service/${name} to be ${what}` }, (object) => {
    if (object === undefined) throw new CommandError(exits.notFound, `service/${name} was deleted meanwhile`);
    tell(object);
    return holds(object as Service) || undefined;
  });
}

async function watchNode(session: Session, name: string, timeoutSeconds: number, what: string, holds: (ready: string | undefined) => boolean): Promise<void> {
  await watchUntil({ session, ref: { kind: nodeKind, name }, timeoutSeconds, what: `node/${name} ${what}` }, (object) => {
    if (object === undefined) throw new CommandError(exits.notFound, `node/${name} was removed meanwhile`);
    return holds(condition({ status: (object as Node).status ?? {} }, 'Ready')?.status) || undefined;
  });
}
