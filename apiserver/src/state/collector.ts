import { jobKind, serviceKind } from '@spawnit/contract';
import type { Part, ServerContext } from '../context.js';
import { recordKey } from '../resources/records.js';

const sweepEveryMs = 3_600_000;

/** Folders of objects that belong to one record each, and the record's key. */
const owned = [
  { prefix: 'clients/', kind: serviceKind },
  { prefix: 'logs/', kind: jobKind },
] as const;

/**
 * Erases the states and logs of services and jobs that are gone: at once when they go, and every hour whatever was missed
 * or came late. Of what has an owner nothing is touched: every serial of a service that is there is kept.
 */
export const collectorPart: Part = (app, context) => {
  let over = false;
  const run = (work: () => Promise<unknown>) => void work().catch((error: unknown) => over || context.log.warn({ err: error }, 'what is left of deleted services could not be erased; it is tried again'));
  const stops = owned.map(({ prefix, kind }) => follow(context, `${kind.plural}/`, (record) => run(() => eraseOrphans(context, `${prefix}${record}/`))));
  const timer = setInterval(() => run(() => sweep(context)), sweepEveryMs);
  app.addHook('onClose', async () => {
    over = true;
    clearInterval(timer);
    stops.forEach((stop) => stop());
  });
};

/** Looks at everything once. */
export async function sweep(context: ServerContext): Promise<void> {
  for (const { prefix } of owned) await eraseOrphans(context, prefix);
}

/**
 * Whatever of this folder has no owner. The listing comes first: an object in it was put while its owner was there, so an
 * owner that is not in a view read afterwards is gone for good, and one of the same name that comes later has other keys.
 */
async function eraseOrphans({ objects, registry, log }: ServerContext, folder: string): Promise<void> {
  const keys = await objects.list(folder);
  if (keys.length === 0) return;
  await registry.sync();
  const orphans = keys.filter((key) => {
    const owner = ownerOf(key);
    return owner !== undefined && registry.view.get(owner) === undefined;
  });
  for (const key of orphans) await objects.delete(key);
  if (orphans.length > 0) log.info({ folder, objects: orphans.length }, 'erased what deleted services had left');
}

function ownerOf(key: string): string | undefined {
  const [top = '', namespace, name, ...rest] = key.split('/');
  const kind = owned.find(({ prefix }) => prefix === `${top}/`)?.kind;
  return kind && name !== undefined && rest.length > 0 ? recordKey(kind, namespace, name) : undefined;
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
