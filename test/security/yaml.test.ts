import { checkout } from '@spawnit/local';
import { spawnCommand, startApiserver, tempDir } from '@spawnit/testkit';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';

const bomb = ['a: &a [x,x,x,x,x,x,x,x,x,x]', ...'bcdefghij'.split('').map((name, i) => `${name}: &${name} [${Array.from({ length: 10 }, () => `*${'abcdefghij'[i]}`).join()}]`)].join('\n');

t.test('a manifest that grows by its aliases, or is nested without end, is refused at once', async (t) => {
  const api = await startApiserver(t);
  const dir = tempDir(t);
  const manifests: Record<string, string> = {
    'aliases.yaml': `apiVersion: v1\nkind: Namespace\nmetadata:\n  name: x\n${bomb}\n`,
    'itself.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: &m\n  name: x\n  labels: *m\n',
    'deep.yaml': `apiVersion: v1\nkind: Namespace\nmetadata: ${'['.repeat(20_000)}${']'.repeat(20_000)}\n`,
    'tag.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: !!js/function "function () { process.exit(99) }"\n',
    'prototype.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: x\n__proto__:\n  kind: Service\n',
  };
  for (const [name, text] of Object.entries(manifests)) {
    writeFileSync(join(dir, name), text);
    const program = spawnCommand({ t, name: 'spawnctl', command: process.execPath, args: [join(checkout, 'packages', 'spawnctl', 'bin', 'spawnctl.js'), 'apply', '-f', join(dir, name)], env: { KUBECONFIG: join(api.dataDir, 'kubeconfig') } });
    const { code } = await program.exited;
    t.ok(code !== 0 && code !== 99 && code !== null, `${name}: it ends with ${code}`);
    t.notMatch(program.lines.join('\n'), /node:internal|RangeError|heap|at .*\.js:\d+/, `${name}: ${program.lines.join(' ').slice(0, 200)}`);
  }
  t.same((await api.client('admin').namespaces.list()).items.map(({ metadata }) => metadata.name), ['default']);
});
