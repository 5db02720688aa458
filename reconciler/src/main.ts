import { runController, startController } from '@spawnit/controller';
import { makeCaches, sourcesOf } from './caches.js';
import { readKept } from './config.js';
import { makeReconcile } from './reconcile.js';

await startController('reconciler', async ({ client, log, signal, metrics, leadership }) => {
  const caches = makeCaches(client, { onBreak: (err) => log.warn({ why: (err as Error).message }, 'the watch broke and is being resumed') });
  const reconcile = makeReconcile({ client, caches, log, kept: readKept() });
  await runController({ name: 'reconciler', sources: sourcesOf(caches), reconcile, log, signal, metrics, workers: 8, leadership });
});
