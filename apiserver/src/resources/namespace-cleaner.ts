import { namespaceKind, serviceKind, type Namespace } from '@spawnit/contract';
import { self } from '../bootstrap.js';
import type { Part, ServerContext } from '../context.js';
import type { View } from '../store/log/view.js';
import { namespaceFinalizer } from './admission/namespace.js';
import { all } from './records.js';
import { commitAll, planAll, planDelete, planUpdate, type Planned, type WriteScope } from './write.js';

const everyMs = 1_000;

/** Deletes the services of namespaces that are being deleted, and such a namespace once it has none left. */
export const namespaceCleaner: Part = (app, context) => {
  let running = Promise.resolve();
  const timer = setInterval(() => (running = running.then(() => cleanOnce(context))), everyMs);
  app.addHook('onClose', async () => {
    clearInterval(timer);
    await running;
  });
};

async function cleanOnce(context: ServerContext): Promise<void> {
  const scope = { context, identity: self, dryRun: false, now: context.now() };
  if (stepsFor(context.registry.view, scope).length === 0) return;
  const failed = (error: unknown) => context.log.warn({ err: error }, 'namespaces that are being deleted could not be cleaned; it is tried again');
  await commitAll(scope, undefined, (view) => planAll(view, stepsFor(view, scope))).catch(failed);
}

function stepsFor(view: View, scope: WriteScope): ((view: View) => Planned)[] {
  const leaving = [...all<Namespace>(view, namespaceKind)].filter(({ metadata }) => metadata.deletionTimestamp);
  return leaving.flatMap((namespace) => {
    const services = [...all(view, serviceKind, namespace.metadata.name)];
    if (services.length === 0) return [(at: View) => planUpdate(at, scope, namespaceKind, unheld(namespace))];
    const held = services.filter(({ metadata }) => !metadata.deletionTimestamp);
    return held.map(({ metadata }) => (at: View) => planDelete(at, scope, serviceKind, { namespace: metadata.namespace!, name: metadata.name }));
  });
}

/** Its jobs, revisions and events go with it (removal.ts). */
function unheld(namespace: Namespace): Namespace {
  const finalizers = (namespace.metadata.finalizers ?? []).filter((each) => each !== namespaceFinalizer);
  return { ...namespace, metadata: { ...namespace.metadata, finalizers } };
}
