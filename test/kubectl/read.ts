import type { Case } from './scene.js';
import { readyStatus, service } from './scene.js';

/** What shows things. */
export const reading: Case[] = [
  {
    verb: 'api-resources, api-versions',
    run: async (t, { k }) => {
      t.match(await k.ok(t, 'api-resources'), /services +svc +spawnit.dev(\/v1)? +true +Service/);
      t.match(await k.ok(t, 'api-resources', '--api-group=spawnit.dev', '--verbs=watch', '-o', 'name'), /services.spawnit.dev\n/);
      const versions = (await k.ok(t, 'api-versions')).split('\n');
      for (const version of ['v1', 'spawnit.dev/v1', 'authorization.k8s.io/v1', 'authentication.k8s.io/v1']) t.ok(versions.includes(version), version);
    },
  },
  {
    verb: 'version',
    run: async (t, { k }) => t.match(JSON.parse(await k.ok(t, 'version', '-o', 'json')), { serverVersion: { gitVersion: /\+spawnit\./ } }),
  },
  {
    verb: 'get',
    run: async (t, { k, admin, reconciler }) => {
      await admin.services.create(service('a', {}, { labels: { app: 'one' } }));
      await admin.services.create(service('b', {}, { labels: { app: 'two' } }));
      await reconciler.services.patch('a', 'default', readyStatus(), { subresource: 'status' });
      t.match(await k.ok(t, 'get', 'services'), /^NAME +PHASE +READY +TEMPLATE +NODE +URL +REASON +AGE\na +Ready +True +docker-network .*\nb /);
      t.match(await k.ok(t, 'get', 'svc', 'a'), /\na +Ready/);
      t.match(await k.ok(t, 'get', 'svc,tpl', '-A'), /default +service.spawnit.dev\/a[^]*template.spawnit.dev\/docker-network/);
      t.match(await k.ok(t, 'get', 'all'), /\na +Ready/);
      t.match(await k.run('get', 'svc', 'none'), { code: 1, stderr: /NotFound.*"none" not found/ });
      t.equal(await k.ok(t, 'get', 'svc', 'none', '--ignore-not-found'), '');
    },
  },
  {
    verb: 'get -o wide, json, yaml, name, jsonpath, custom-columns, go-template',
    run: async (t, { k, minor }) => {
      t.match(await k.ok(t, 'get', 'svc', '-o', 'wide'), /EPOCH +ENVIRONMENT/);
      t.match(JSON.parse(await k.ok(t, 'get', 'svc', 'a', '-o', 'json')), { kind: 'Service', metadata: { name: 'a' }, spec: { template: 'docker-network' } });
      const yaml = await k.ok(t, 'get', 'svc', 'a', '-o', 'yaml');
      t.match(yaml, /template: docker-network/);
      if (minor >= 21) t.notMatch(yaml, /managedFields/, 'shown only when asked for');
      if (minor >= 21) t.match(await k.ok(t, 'get', 'svc', 'a', '-o', 'yaml', '--show-managed-fields'), /fieldsV1:[^]*f:template/);
      t.equal(await k.ok(t, 'get', 'svc', '-o', 'name'), 'service.spawnit.dev/a\nservice.spawnit.dev/b\n');
      t.equal(await k.ok(t, 'get', 'svc', 'a', '-o', 'jsonpath={.spec.template} {.status.conditions[?(@.type=="Ready")].status}'), 'docker-network True');
      t.match(await k.ok(t, 'get', 'svc', '-o', 'custom-columns=N:.metadata.name,T:.spec.template'), /^N +T\na +docker-network\nb +docker-network\n$/);
      t.equal(await k.ok(t, 'get', 'svc', '-o', 'go-template={{range .items}}{{.metadata.name}} {{end}}'), 'a b ');
    },
  },
  {
    verb: 'get -l, --field-selector, --sort-by, --show-labels, -L',
    run: async (t, { k }) => {
      t.equal(await k.ok(t, 'get', 'svc', '-l', 'app in (two)', '-o', 'name'), 'service.spawnit.dev/b\n');
      t.equal(await k.ok(t, 'get', 'svc', '--field-selector', 'status.phase=Ready', '-o', 'name'), 'service.spawnit.dev/a\n');
      t.match(await k.run('get', 'svc', '--field-selector', 'status.phse=Ready'), { code: 1, stderr: /did you mean/ });
      t.match(await k.ok(t, 'get', 'svc', '--sort-by', '{.metadata.labels.app}', '--show-labels'), /app=one[^]*app=two/);
      t.match(await k.ok(t, 'get', 'svc', '-L', 'app'), /APP\n.* one\n.* two\n/);
    },
  },
  {
    verb: 'get --chunk-size',
    run: async (t, { k }) => {
      t.match(await k.ok(t, 'get', 'tpl', '--chunk-size', '3', '-o', 'name'), /docker-network\n[^]*wordpress\n/);
      t.equal((await k.ok(t, 'get', 'tpl', '--chunk-size', '3', '-o', 'name')), await k.ok(t, 'get', 'tpl', '--chunk-size', '0', '-o', 'name'));
    },
  },
  {
    verb: 'get --raw',
    run: async (t, { k }) => {
      t.match(JSON.parse(await k.ok(t, 'get', '--raw', '/apis/spawnit.dev/v1/namespaces/default/services')), { kind: 'ServiceList' });
      t.match(await k.ok(t, 'get', '--raw', '/readyz?verbose'), /\[\+\]store/);
      t.match(await k.ok(t, 'get', '--raw', '/metrics'), /spawnit_/);
    },
  },
  {
    verb: 'describe, with its events',
    run: async (t, { k, reconciler, admin }) => {
      const { metadata } = await admin.services.get('a', 'default');
      const now = new Date().toISOString();
      const involvedObject = { apiVersion: 'spawnit.dev/v1', kind: 'Service', name: 'a', namespace: 'default', uid: metadata.uid };
      await reconciler.transport.json({ method: 'POST', path: '/api/v1/namespaces/default/events', body: { apiVersion: 'v1', kind: 'Event', metadata: { name: 'x' }, involvedObject, reason: 'Tried', message: 'it was tried', type: 'Normal', count: 1, firstTimestamp: now, lastTimestamp: now, source: { component: 'reconciler' } } });
      t.match(await k.ok(t, 'describe', 'service', 'a'), /Kind: +Service[^]*Phase: +Ready[^]*Events:[^]*Tried +.*reconciler +it was tried/);
    },
  },
  {
    verb: 'get events',
    run: async (t, { k }) => t.match(await k.ok(t, 'get', 'events'), /LAST SEEN +TYPE +REASON +OBJECT +MESSAGE\n.* Normal +Tried +.*a +it was tried/),
  },
  {
    verb: 'events',
    since: 26,
    run: async (t, { k }) => {
      t.match(await k.ok(t, 'events'), /Normal +Tried +Service\/a +it was tried/);
      t.match(await k.ok(t, 'events', '--for', 'service.spawnit.dev/a', '--types', 'Normal'), /it was tried/);
    },
  },
  {
    verb: 'explain',
    run: async (t, { k }) => {
      t.match(await k.ok(t, 'explain', 'service'), /What is wanted/);
      t.match(await k.ok(t, 'explain', 'service.spec'), /template\s+<string>/);
      t.match(await k.ok(t, 'explain', 'service.spec.suspend'), /While true nothing is planned/);
      t.match(await k.ok(t, 'explain', 'node.spec.taints.effect'), /NoExecute: what is there moves away/);
      t.match(await k.ok(t, 'explain', 'ns.spec'), /maxServices/);
    },
  },
  {
    verb: 'explain --recursive',
    run: async (t, { k }) => t.match(await k.ok(t, 'explain', 'svc', '--recursive'), /metadata\s+<Object>[^]*spec\s+<Object>[^]*drift\s+<Object>\n\s+ignoreFields\s+<\[\]string>/),
  },
];
