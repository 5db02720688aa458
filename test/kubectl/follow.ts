import { waitFor } from '@spawnit/testkit';
import type { Case } from './scene.js';
import { readyStatus, service } from './scene.js';

/** What waits, and what ends things. */
export const following: Case[] = [
  {
    verb: 'get -w',
    run: async (t, { k, admin, reconciler }) => {
      await admin.services.create(service('f'));
      const watching = k.start('get', 'svc', 'f', '-w');
      t.teardown(() => watching.stop());
      await waitFor(() => watching.output().includes('\nf '), { what: 'the first line of the watch' });
      await reconciler.services.patch('f', 'default', readyStatus(), { subresource: 'status' });
      await waitFor(() => /\nf +Ready +True/.test(watching.output()), { what: 'the change in the watch' });
    },
  },
  {
    verb: 'wait --for=condition',
    run: async (t, { k, admin, reconciler }) => {
      await admin.services.create(service('w1'));
      const waiting = k.start('wait', '--for=condition=Ready', 'svc/w1', '--timeout=180s');
      await reconciler.services.patch('w1', 'default', readyStatus(), { subresource: 'status' });
      t.equal(await waiting.exited, 0, waiting.output());
      t.match(await k.run('wait', '--for=condition=Progressing', 'svc/w1', '--timeout=1s'), { code: 1, stderr: /timed out/ });
    },
  },
  {
    verb: 'wait --for=jsonpath',
    since: 23,
    run: async (t, { k, reconciler, admin }) => {
      await admin.services.create(service('w2'));
      const waiting = k.start('wait', '--for=jsonpath={.status.phase}=Ready', 'svc/w2', '--timeout=180s');
      await reconciler.services.patch('w2', 'default', readyStatus(), { subresource: 'status' });
      t.equal(await waiting.exited, 0, waiting.output());
    },
  },
  {
    verb: 'delete --wait, wait --for=delete',
    run: async (t, { k, reconciler }) => {
      const deleting = k.start('delete', 'svc', 'f');
      await waitFor(async () => (await reconciler.services.get('f', 'default')).metadata.deletionTimestamp, { what: 'the service to be deleted' });
      const waiting = k.start('wait', '--for=delete', 'svc/f', '--timeout=180s');
      await reconciler.services.patch('f', 'default', { metadata: { finalizers: [] } });
      t.equal(await deleting.exited, 0, deleting.output());
      await waiting.exited; // One that looks when it is gone already says so by its code, depending on its version.
      t.match(await k.run('get', 'svc', 'f'), { code: 1, stderr: /not found/ });
    },
  },
  {
    verb: 'delete --cascade=foreground, background, orphan',
    run: async (t, { k, admin }) => {
      for (const [name, how] of [['g1', 'foreground'], ['g2', 'background']] as const) {
        await admin.services.create(service(name));
        await k.ok(t, 'delete', 'svc', name, `--cascade=${how}`, '--wait=false');
        t.ok((await admin.services.get(name, 'default')).metadata.deletionTimestamp, `${name} is being destroyed`);
      }
      await admin.services.create(service('g3'));
      t.match(await k.run('delete', 'svc', 'g3', '--cascade=orphan', '--wait=false'), { code: 1, stderr: /suspend it/ });
    },
  },
  {
    verb: 'delete -l, --all, --dry-run',
    run: async (t, { k, admin }) => {
      for (const name of ['h1', 'h2']) await admin.services.create(service(name, {}, { labels: { set: 'h' } }));
      t.match(await k.ok(t, 'delete', 'svc', '-l', 'set=h', '--dry-run=server'), /h1" deleted.* \(server dry run\)/);
      t.notOk((await admin.services.get('h1', 'default')).metadata.deletionTimestamp);
      await k.ok(t, 'delete', 'svc', '-l', 'set=h', '--wait=false');
      t.ok((await admin.services.get('h2', 'default')).metadata.deletionTimestamp);
    },
  },
  {
    verb: 'auth can-i',
    run: async (t, { k }) => {
      t.equal(await k.ok(t, 'auth', 'can-i', 'create', 'services.spawnit.dev'), 'yes\n');
      t.match(await k.run('auth', 'can-i', 'create', 'leases.spawnit.dev'), { code: 1, stdout: /^no/ });
      t.match(await k.ok(t, 'auth', 'can-i', '--list'), /services.spawnit.dev +\[\] +\[\] +\[.*create.*\]/);
    },
  },
  {
    verb: 'auth whoami',
    since: 27,
    run: async (t, { k }) => t.match(await k.ok(t, 'auth', 'whoami'), /Username +user:admin/),
  },
  {
    verb: 'config, --context, --kubeconfig',
    run: async (t, { k }) => t.match(await k.ok(t, 'config', 'view'), /clusters:[^]*server: http/),
  },
];
