import type { Case } from './scene.js';
import { service } from './scene.js';

const suspended = 'jsonpath={.spec.suspend}';

/** What changes things. */
export const declaring: Case[] = [
  {
    verb: 'create -f',
    run: async (t, { k, file }) => {
      t.equal(await k.ok(t, 'create', '-f', file('c.yaml', service('c1'), service('c2'))), 'service.spawnit.dev/c1 created\nservice.spawnit.dev/c2 created\n');
      t.match(await k.run('create', '-f', file('c.yaml', service('c1'))), { code: 1, stderr: /AlreadyExists/ });
      t.match(await k.run('create', '-f', file('w.yaml', service('w', { parameters: { subnet: 'x' } }))), { code: 1, stderr: /spec.parameters.subnet: Range/ }, 'the field is named');
      t.match(await k.run('create', '-f', file('w.yaml', service('w', { suspendd: true }))), { code: 1, stderr: /suspendd/ });
    },
  },
  { verb: 'create namespace', run: async (t, { k }) => t.match(await k.ok(t, 'create', 'namespace', 'shop'), /namespace\/shop created/) },
  {
    verb: 'apply -f',
    run: async (t, { k, file }) => {
      const apply = (spec: object) => k.ok(t, 'apply', '-f', file('ap.yaml', service('ap', { ...spec })));
      t.equal(await apply({}), 'service.spawnit.dev/ap created\n');
      t.equal(await apply({}), 'service.spawnit.dev/ap unchanged\n');
      t.equal(await apply({ environment: 'staging', suspend: true }), 'service.spawnit.dev/ap configured\n');
      await k.ok(t, 'label', 'svc', 'ap', 'by=another');
      await apply({ environment: 'staging' });
      t.equal(await k.ok(t, 'get', 'svc', 'ap', '-o', 'jsonpath={.spec.environment} {.spec.suspend} {.metadata.labels.by}'), 'staging false another', 'what is left out of the file is taken away, what others said stays');
      t.match(await k.ok(t, 'apply', 'view-last-applied', 'svc/ap'), /environment: staging/);
    },
  },
  {
    verb: 'apply --dry-run=client, server',
    run: async (t, { k, file }) => {
      t.match(await k.ok(t, 'apply', '--dry-run=server', '-f', file('d.yaml', service('d'))), /d created \(server dry run\)/);
      t.match(await k.ok(t, 'apply', '--dry-run=client', '-f', file('d.yaml', service('d'))), /d created \(dry run\)/);
      t.match(await k.run('get', 'svc', 'd'), { code: 1 }, 'nothing was made');
    },
  },
  {
    verb: 'apply --prune -l',
    run: async (t, { k, file, minor }) => {
      const labelled = (name: string) => service(name, {}, { labels: { set: 'p' } });
      const prune = ['--prune', '-l', 'set=p', minor >= 26 ? '--prune-allowlist=spawnit.dev/v1/Service' : '--prune-whitelist=spawnit.dev/v1/Service'];
      await k.ok(t, 'apply', '-f', file('p.yaml', labelled('p1'), labelled('p2')), '-l', 'set=p');
      t.match(await k.ok(t, 'apply', '-f', file('p.yaml', labelled('p1')), ...prune, '--wait=false'), /p2 pruned/);
      t.not(await k.ok(t, 'get', 'svc', 'p2', '-o', 'jsonpath={.metadata.deletionTimestamp}'), '', 'it is being deleted');
    },
  },
  {
    verb: 'apply --server-side',
    run: async (t, { k, file }) => {
      const apply = (manager: string, spec: object, ...more: string[]) => k.run('apply', '--server-side', '--field-manager', manager, '-f', file('s.yaml', service('ssa', { ...spec })), ...more);
      t.match(await apply('one', { suspend: true, environment: 'staging' }), { code: 0, stdout: 'service.spawnit.dev/ssa serverside-applied\n' });
      t.match(await apply('two', { approval: 'Manual' }), { code: 0 }, 'two say different things');
      t.match(await apply('two', { approval: 'Manual', environment: 'production' }), { code: 1, stderr: /conflict with "one".*:? ?\.spec\.environment/ });
      t.match(await apply('two', { approval: 'Manual', environment: 'production' }, '--force-conflicts'), { code: 0 });
      t.match(await apply('one', { environment: 'production' }), { code: 0 }, 'both want the same, and one gives suspend up');
      t.equal(await k.ok(t, 'get', 'svc', 'ssa', '-o', 'jsonpath={.spec.environment} {.spec.suspend} {.spec.approval}'), 'production false Manual');
    },
  },
  {
    verb: 'apply, from client-side to server-side and back',
    run: async (t, { k, file }) => {
      const apply = (spec: object, ...more: string[]) => k.ok(t, 'apply', '-f', file('m.yaml', service('mig', { ...spec })), ...more);
      await apply({ suspend: true });
      await apply({ suspend: false, environment: 'staging' }, '--server-side');
      await apply({ suspend: true }, '--server-side');
      t.equal(await k.ok(t, 'get', 'svc', 'mig', '-o', 'jsonpath={.spec.environment} {.spec.suspend}'), 'development true', 'what is no longer wanted goes');
      await apply({ environment: 'production' });
      t.equal(await k.ok(t, 'get', 'svc', 'mig', '-o', 'jsonpath={.spec.environment} {.spec.suspend}'), 'production false');
    },
  },
  {
    verb: 'diff',
    run: async (t, { k, file, minor }) => {
      await k.ok(t, 'apply', '-f', file('df.yaml', service('df')));
      t.match(await k.run('diff', '-f', file('df.yaml', service('df'))), { code: 0, stdout: '' });
      t.match(await k.run('diff', '-f', file('df.yaml', service('df', { suspend: true }))), { code: 1, stdout: /\+ +suspend: true/ });
      if (minor >= 21) t.match(await k.run('diff', '--server-side', '-f', file('df.yaml', service('df', { approval: 'Manual' }))), { code: 1, stdout: /\+ +approval: Manual/ });
    },
  },
  {
    verb: 'edit',
    run: async (t, { k }) => {
      t.match(await k.edit('s/suspend:.false/suspend:\\ true/', 'svc', 'c1'), { code: 0, stdout: /c1 edited/ });
      t.equal(await k.ok(t, 'get', 'svc', 'c1', '-o', suspended), 'true');
    },
  },
  {
    verb: 'replace -f',
    run: async (t, { k, file }) => {
      t.match(await k.ok(t, 'replace', '-f', file('r.yaml', service('c1', { environment: 'production' }))), /c1 replaced/);
      t.equal(await k.ok(t, 'get', 'svc', 'c1', '-o', 'jsonpath={.spec.environment}{.spec.suspend}'), 'productionfalse');
    },
  },
  {
    verb: 'patch --type=merge, json, strategic',
    run: async (t, { k }) => {
      await k.ok(t, 'patch', 'svc', 'c2', '--type=merge', '-p', '{"spec":{"suspend":true}}');
      t.equal(await k.ok(t, 'get', 'svc', 'c2', '-o', suspended), 'true');
      await k.ok(t, 'patch', 'svc', 'c2', '--type=json', '-p', '[{"op":"replace","path":"/spec/suspend","value":false}]');
      t.equal(await k.ok(t, 'get', 'svc', 'c2', '-o', suspended), 'false');
      await k.ok(t, 'patch', 'namespace', 'shop', '-p', '{"metadata":{"labels":{"a":"b"}}}');
      t.match(await k.run('patch', 'svc', 'c2', '-p', '{"spec":{"suspend":true}}'), { code: 1, stderr: /merge-patch/ }, 'as for all kinds that are not core');
      t.match(await k.run('patch', 'svc', 'c2', '--type=merge', '-p', '{"metadata":{"finalizers":null}}'), { code: 1, stderr: /Forbidden/ });
    },
  },
  {
    verb: 'label, annotate',
    run: async (t, { k }) => {
      await k.ok(t, 'label', 'svc', 'c2', 'team=x');
      t.match(await k.run('label', 'svc', 'c2', 'team=y'), { code: 1, stderr: /--overwrite/ });
      await k.ok(t, 'label', 'svc', 'c2', 'team=y', '--overwrite');
      await k.ok(t, 'annotate', 'svc', 'c2', 'note=z');
      t.equal(await k.ok(t, 'get', 'svc', 'c2', '-o', 'jsonpath={.metadata.labels.team}{.metadata.annotations.note}'), 'yz');
      await k.ok(t, 'label', 'svc', 'c2', 'team-');
      t.equal(await k.ok(t, 'get', 'svc', 'c2', '-o', 'jsonpath={.metadata.labels.team}'), '');
    },
  },
];
