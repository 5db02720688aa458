import type { ClaimAnswer } from '@spawnit/contract';
import { toolPath } from '@spawnit/local';
import { tempDir, type Teardown } from '@spawnit/testkit';
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Plane } from '../agent/plane.js';

export interface TofuRun {
  code: number;
  output: string;
}

/** The real tofu in a folder of its own, with the backend that agents write. */
export class Tofu {
  private constructor(
    readonly dir: string,
    private readonly bin: string,
  ) {}

  /** The module that the claim names, initialised. */
  static async of(t: Teardown, plane: Plane, { inputs }: ClaimAnswer): Promise<Tofu> {
    const { files } = await plane.as('admin').transport.json<{ files: Record<string, string> }>({ path: `/agent/v1/modules/${inputs.module}/bundle` });
    const top = tempDir(t);
    for (const [path, text] of Object.entries({ ...files, [`${inputs.root}/backend.tf`]: 'terraform {\n  backend "http" {}\n}\n' })) {
      mkdirSync(dirname(join(top, path)), { recursive: true });
      writeFileSync(join(top, path), text);
    }
    const tofu = new Tofu(join(top, inputs.root), toolPath('opentofu'));
    const { code, output } = await tofu.run(inputs.state, ['init', '-input=false', '-no-color']);
    if (code !== 0) throw new Error(`tofu init: ${output}`);
    return tofu;
  }

  run(state: ClaimAnswer['inputs']['state'], args: string[], variables: Record<string, string> = {}): Promise<TofuRun> {
    const { address, username, password } = state;
    const backend = { TF_HTTP_ADDRESS: address, TF_HTTP_LOCK_ADDRESS: address, TF_HTTP_UNLOCK_ADDRESS: address, TF_HTTP_USERNAME: username, TF_HTTP_PASSWORD: password };
    const retries = { TF_HTTP_RETRY_MAX: '3', TF_HTTP_RETRY_WAIT_MIN: '1', TF_HTTP_RETRY_WAIT_MAX: '1' };
    const values = Object.fromEntries(Object.entries(variables).map(([name, value]) => [`TF_VAR_${name}`, value]));
    const env = { PATH: process.env['PATH'], HOME: this.dir, TF_IN_AUTOMATION: '1', CHECKPOINT_DISABLE: '1', ...backend, ...retries, ...values };
    return new Promise((resolve) => {
      execFile(this.bin, args, { cwd: this.dir, env, maxBuffer: 1 << 24 }, (error, stdout, stderr) => {
        resolve({ code: error ? (typeof error.code === 'number' ? error.code : 1) : 0, output: `${stdout}${stderr}` });
      });
    });
  }

  apply(state: ClaimAnswer['inputs']['state'], variables: Record<string, string>, ...more: string[]): Promise<TofuRun> {
    return this.run(state, ['apply', '-auto-approve', '-input=false', '-no-color', ...more], variables);
  }
}
