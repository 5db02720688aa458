import { namespaceKind, serviceKind, type Namespace } from '@spawnit/contract';
import { self } from '../bootstrap.js';
import type { Part, ServerContext } from '../context.js';
import type { View } from '../store/log/view.js';
import { namespaceFinalizer } from './admission/namespace.js';
import { commitAll } from './commit-plan.js';
import { all } from './records.js';
import { planAll, planDelete, planUpdate, type Planned, type WriteScope } from './write.js';

const everyMs = 1_000;
/** What goes with each of them counts too, and a commit has a bound. */
const mostAtOnce = 100;

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
  try {
    for (let left = true; left; ) {
      const next = (view: View) => leavingIn(view).map((namespace) => stepsFor(view, scope, namespace)).find((steps) => steps.length > 0) ?? [];
      if (next(context.registry.view).length === 0) return;
      await commitAll(scope, undefined, (view) => {
        const steps = next(view);
        left = steps.length > 0;
        return planAll(view, steps);
      });
    }
  } catch (error) {
    context.log.warn({ err: error }, 'namespaces that are being deleted could not be cleaned; it is tried again');
  }
}

function leavingIn(view: View): Namespace[] {
  return [...all<Namespace>(view, namespaceKind)].filter(({ metadata }) => metadata.deletionTimestamp);
}

/** The next ones of a namespace, as many as one commit surely holds. */
function stepsFor(view: View, scope: WriteScope, namespace: Namespace): ((view: View) => Planned)[] {
  const services = [...all(view, serviceKind, namespace.metadata.name)];
  const { finalizers = [] } = namespace.metadata;
  if (services.length === 0) return finalizers.length === 0 || finalizers.includes(namespaceFinalizer) ? [(at: View) => planUpdate(at, scope, namespaceKind, unheld(namespace))] : [];
  const held = services.filter(({ metadata }) => !metadata.deletionTimestamp).slice(0, mostAtOnce);
  return held.map(({ metadata }) => (at: View) => planDelete(at, scope, serviceKind, { namespace: metadata.namespace!, name: metadata.name }));
}

/** Its jobs, revisions and events go with it (removal.ts). */
function unheld(namespace: Namespace): Namespace {
  const finalizers = (namespace.metadata.finalizers ?? []).filter((each) => each !== namespaceFinalizer);
  return { ...namespace, metadata: { ...namespace.metadata, finalizers } };
}
