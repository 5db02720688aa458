import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toolPath } from '@spawnit/local';
import { tempDir } from '@spawnit/testkit';
import t from 'tap';
import { planEncryption } from '../../src/tofu/plan-encryption.js';

t.test('a saved plan opens only with the key of its run, and states are left alone', async (t) => {
  const dir = tempDir(t);
  writeFileSync(join(dir, 'main.tf'), 'variable "v" {\n  type = string\n}\nresource "terraform_data" "a" {\n  input = var.v\n}\n');
  const tofu = (args: string[], key?: Buffer) => {
    const env = { PATH: process.env['PATH'], HOME: dir, CHECKPOINT_DISABLE: '1', TF_VAR_v: 'canary', ...(key !== undefined && planEncryption(key)) };
    return execFileSync(toolPath('opentofu'), args, { cwd: dir, env, stdio: 'pipe' }).toString();
  };
  const [own, other] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
  tofu(['init', '-no-color'], own);
  tofu(['plan', '-no-color', '-out=saved'], own);
  t.notMatch(readFileSync(join(dir, 'saved'), 'latin1'), /^PK/, 'it is no archive that anyone can open');
  t.notMatch(readFileSync(join(dir, 'saved'), 'latin1'), new RegExp(own.toString('base64')), 'nor is the key in it');
  t.match(tofu(['show', '-json', 'saved'], own), /canary/);
  t.throws(() => tofu(['show', '-json', 'saved']), /encrypted/);
  t.throws(() => tofu(['show', '-json', 'saved'], other));
  tofu(['apply', '-no-color', 'saved'], own);
  t.match(JSON.parse(readFileSync(join(dir, 'terraform.tfstate'), 'utf8')), { version: 4, serial: 1 });
});
