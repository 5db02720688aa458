import { jobKind } from '@spawnit/contract';
import type { Part, ServerContext } from '../context.js';
import { recordKey } from '../resources/records.js';
import { seqOfRv, type Op } from '../store/log/commit.js';
import type { View } from '../store/log/view.js';
import { agedEvidence, servicesWithEvidence } from './evidence.js';
import { aged, type Retention } from './history.js';
import { isUnnamed, marked, namedKeys, nameAgain, unname } from './unnamed.js';

const sweepEveryMs = 3_600_000;
/** So many marks are written by one commit. */
const batch = 500;

/**
 * Erases what nobody needs: logs of jobs that are gone, at once when they go; states that nothing names, once the log
 * begins after the commit that took the name away. Every hour it looks at everything, whatever was missed or came late.
 */
export const collectorPart: Part = (app, context) => {
  let over = false;
  const run = (work: () => Promise<unknown>) => void work().catch((error: unknown) => over || context.log.warn({ err: error }, 'what nothing names could not be erased; it is tried again'));
  const stop = follow(context, `${jobKind.plural}/`, (job) => run(() => eraseLogs(context, `logs/${job}/`)));
  const collector = new Collector(context);
  const timer = setInterval(() => run(() => collector.sweep()), sweepEveryMs);
  app.addHook('onClose', async () => {
    over = true;
    clearInterval(timer);
    stop();
  });
};

/** Looks at everything, again and again. */
export class Collector {
  /** Unnamed at the last look: what is being put at this moment has its name by the next. */
  #suspects = new Set<string>();

  constructor(private readonly context: ServerContext) {}

  async sweep(): Promise<void> {
    await eraseLogs(this.context, 'logs/');
    await letAge(this.context);
    await this.#markUnnamed();
    await eraseUnnamed(this.context);
  }

  /** What a server that was killed has put without naming it, or could not erase any more. */
  async #markUnnamed(): Promise<void> {
    const { objects, registry, now } = this.context;
    const keys = await objects.list('clients/');
    await registry.sync();
    const named = namedKeys(registry.view);
    const unknown = keys.filter((key) => !named.has(key) && !isUnnamed(registry.view, key));
    const again = unknown.filter((key) => this.#suspects.has(key));
    this.#suspects = new Set(unknown.filter((key) => !again.includes(key)));
    for (let i = 0; i < again.length; i += batch) {
      await registry.write('apiserver', (view) => {
        const names = namedKeys(view);
        return { ops: unname(again.slice(i, i + batch).filter((key) => !names.has(key) && !isUnnamed(view, key)), now()), result: undefined };
      });
    }
  }
}

/** Lets go of serials, and of refused states, that are older than they may be. */
async function letAge({ registry, config, now }: ServerContext): Promise<void> {
  const { days }: Retention = config.stateRetention;
  const forget = async (ops: (view: View) => Op[]) => {
    if (ops(registry.view).length > 0) await registry.write('apiserver', (view) => ({ ops: ops(view), result: undefined }));
  };
  for (const { key } of [...registry.view.list('states/')]) {
    const [, namespace = '', serviceUid = ''] = key.split('/');
    await forget((view) => aged(view, { namespace, serviceUid }, days, now()));
  }
  for (const at of [...servicesWithEvidence(registry.view)]) await forget((view) => agedEvidence(view, at, days, now()));
}

/**
 * Erases marked objects that no kept sequence names. The mark goes first, in a commit that looks once more whether
 * the object has a name again; who is killed between the two leaves an object that the next looks mark anew.
 */
export async function eraseUnnamed({ registry, objects, log }: ServerContext): Promise<void> {
  const begin = await registry.beginsAt();
  const due = [...marked(registry.view)].filter(({ rv }) => seqOfRv(rv) < begin).map(({ key }) => key);
  for (let i = 0; i < due.length; i += batch) {
    const some = due.slice(i, i + batch);
    const { result } = await registry.write('apiserver', (view) => {
      const named = namedKeys(view);
      const still = some.filter((key) => isUnnamed(view, key));
      return { ops: still.map(nameAgain), result: still.filter((key) => !named.has(key)) };
    });
    for (const key of result) await objects.delete(key);
    if (result.length > 0) log.info({ objects: result.length, begin }, 'erased states that no kept sequence names');
  }
}

/**
 * Logs of this folder whose job is gone. The listing comes first: an object in it was put while its owner was there, so an
 * owner that is not in a view read afterwards is gone for good, and one of the same name that comes later has other keys.
 */
async function eraseLogs({ objects, registry, log }: ServerContext, folder: string): Promise<void> {
  const keys = await objects.list(folder);
  if (keys.length === 0) return;
  await registry.sync();
  const orphans = keys.filter((key) => {
    const [, namespace, job, ...rest] = key.split('/');
    return job !== undefined && rest.length > 0 && registry.view.get(recordKey(jobKind, namespace, job)) === undefined;
  });
  for (const key of orphans) await objects.delete(key);
  if (orphans.length > 0) log.info({ folder, objects: orphans.length }, 'erased logs of jobs that are gone');
}

/** Tells `namespace/name` of each record that goes; a break is mended by the hourly sweep. */
function follow({ registry, log }: ServerContext, prefix: string, gone: (record: string) => void): () => void {
  let stop: () => void = () => undefined;
  const listen = () => {
    stop = registry.watch({ prefix, after: registry.rv, onEnd: again }, ({ type, key }) => {
      if (type === 'DELETED') gone(key.slice(prefix.length));
    });
  };
  const again = (error: Error) => {
    log.debug({ err: error, prefix }, 'deletions were not followed for a moment');
    try {
      listen();
    } catch {
      // The registry has stopped, and this server with it.
    }
  };
  listen();
  return () => stop();
}
