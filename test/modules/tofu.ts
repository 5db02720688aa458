import { cacheRoot, toolPath } from '@spawnit/local';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TofuResult {
  code: number;
  stdout: string;
  stderr: string;
}

/**
 * Runs the real tofu, with providers from the local mirror alone. An exit code
 * is an answer, not an error: `plan -detailed-exitcode` says with it whether anything differs.
 */
export function tofu(args: string[], cwd: string): Promise<TofuResult> {
  const env = { ...process.env, TF_CLI_CONFIG_FILE: cliConfig(), TF_LOG: 'off', TF_IN_AUTOMATION: '1' };
  return new Promise((resolve, reject) => {
    execFile(toolPath('opentofu'), args, { cwd, env, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code;
      if (typeof code === 'number') resolve({ code, stdout, stderr });
      else reject(error as Error);
    });
  });
}

/** Like {@link tofu}; throws with what it wrote when it fails. */
export async function tofuOk(args: string[], cwd: string): Promise<string> {
  const { code, stdout, stderr } = await tofu(args, cwd);
  if (code !== 0) throw new Error(`tofu ${args[0]} failed with ${code} in ${cwd}:\n${stderr}\n${stdout}`);
  return stdout;
}

let config: string | undefined;

/** Written once, and removed when the test's process ends. */
function cliConfig(): string {
  if (config !== undefined) return config;
  const dir = mkdtempSync(join(tmpdir(), 'spawnit-test-'));
  process.once('exit', () => rmSync(dir, { recursive: true, force: true }));
  const file = join(dir, 'tofu.rc');
  const mirror = JSON.stringify(join(cacheRoot(), 'providers'));
  writeFileSync(file, `disable_checkpoint = true\nprovider_installation {\n  filesystem_mirror {\n    path = ${mirror}\n  }\n}\n`);
  config = file;
  return file;
}
