import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toolPath } from '@spawnit/local';
import { tempDir } from '@spawnit/testkit';
import type { RunInputs } from '@spawnit/contract';
import fc from 'fast-check';
import t from 'tap';
import { readConfig, tofuEnvironment as pick } from '../../src/config.js';
import { asExpression, tofuEnvironment } from '../../src/tofu/environment.js';

t.test('tofu reads a secret of any shape back as it was, evaluating nothing in it', async (t) => {
  const dir = tempDir(t);
  writeFileSync(join(dir, 'main.tf'), 'variable "v" {\n  type = map(string)\n}\noutput "v" {\n  value = var.v\n}\n');
  const nasty = ['${file("/etc/hostname")}', '%{ if true }x%{ endif }', '$${a}', 'a"b\\c', 'line\nline\ttab\r', '\b\f\u0001\u2028', 'é€😀', '<<EOT', '\\b \\f \\u0041', '$', '%', '$${', '%%{'];
  const random = fc.sample(fc.string({ unit: fc.constantFrom('$', '%', '{', '}', '\\', '"', '\n', 'b', 'f', 'u', '0', '~', ' ', '\b') , maxLength: 30 }), { numRuns: 300, seed: 7 });
  const value = Object.fromEntries([...nasty, ...random].map((text, i) => [`k${i}`, text]));
  const env = { PATH: process.env['PATH'], TF_VAR_v: asExpression(value), CHECKPOINT_DISABLE: '1' };
  execFileSync(toolPath('opentofu'), ['apply', '-auto-approve', '-no-color'], { cwd: dir, env, stdio: 'pipe' });
  const output = execFileSync(toolPath('opentofu'), ['output', '-json', 'v'], { cwd: dir, env }).toString();
  t.same(JSON.parse(output), value);
});

t.test('only what tofu needs is handed on, and credentials only for remote providers', async (t) => {
  const env = { PATH: '/bin', HOME: '/h', https_proxy: 'http://p', NO_PROXY: 'x', AWS_PROFILE: 'a', SPAWNIT_SECRET: 's', NODE_OPTIONS: '--x' };
  t.same(pick(env), { common: { PATH: '/bin', HOME: '/h', https_proxy: 'http://p', NO_PROXY: 'x' }, remote: { AWS_PROFILE: 'a' } });
});

t.test('only what is small may let its heap grow', (t) => {
  const settings = { tofu: 'tofu', pluginCache: '/p', environment: { common: {}, remote: {} } };
  const of = (binding: 'Engine' | 'Remote') => tofuEnvironment(settings, { binding, secret: {}, state: { address: 'a', username: 'u', password: 'p' } } as RunInputs, { id: 'r', dockerHost: 'd', planKey: Buffer.alloc(32) });
  t.match(of('Engine'), { GOGC: '400', GOMEMLIMIT: '512MiB' });
  t.notOk('GOGC' in of('Remote'), 'the provider of a cloud has a large one already');
  t.end();
});

t.test('settings are read, and what is wrong with them is named', async (t) => {
  const config = readConfig({ SPAWNIT_DATA_DIR: '/d', SPAWNIT_NODE_NAME: 'n1', SPAWNIT_LABELS: 'a=b,c=d', SPAWNIT_SLOTS: '3' });
  t.match(config, { dataDir: '/d', node: 'n1', labels: { a: 'b', c: 'd' }, slots: 3, engineSocket: '/var/run/docker.sock', server: 'http://127.0.0.1:7080' });
  t.match(config.times, { heartbeatMs: 5_000, gateMs: 12_000, killMs: 14_000 });
  t.throws(() => readConfig({ SPAWNIT_DATA_DIR: 'relative', SPAWNIT_SLOTS: 'many' }), /SPAWNIT_DATA_DIR[^]*SPAWNIT_SLOTS|SPAWNIT_SLOTS[^]*SPAWNIT_DATA_DIR/);
  t.throws(() => readConfig({ SPAWNIT_DATA_DIR: '/d', SPAWNIT_LABELS: 'nothing' }), /"nothing" is not key=value/);
});
