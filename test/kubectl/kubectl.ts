import { execFile, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import type { Test } from 'tap';

export interface Answer {
  code: number;
  stdout: string;
  stderr: string;
}

/** A real kubectl, its configuration and cache in folders of its own. */
export class Kubectl {
  readonly #environment: NodeJS.ProcessEnv;
  constructor(
    private readonly path: string,
    kubeconfig: string,
    private readonly home: string,
  ) {
    mkdirSync(home, { recursive: true });
    this.#environment = { PATH: process.env['PATH'], HOME: home, KUBECONFIG: kubeconfig };
  }

  run(...args: string[]): Promise<Answer> {
    return this.#run({}, args);
  }

  /** As a person who edits what kubectl shows with `sed`. */
  edit(expression: string, ...args: string[]): Promise<Answer> {
    return this.#run({ KUBE_EDITOR: `sed -i ${expression}` }, ['edit', ...args]);
  }

  /** Its output; fails the test when it fails. */
  async ok(t: Test, ...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(...args);
    t.equal(code, 0, `kubectl ${args.join(' ')}${code === 0 ? '' : `: ${stderr}`}`);
    return stdout;
  }

  start(...args: string[]) {
    const child = spawn(this.path, args, { env: this.#environment, cwd: this.home, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const exited = new Promise<number | null>((resolve) => child.on('exit', resolve));
    return { output: () => output, exited, stop: () => child.kill('SIGKILL') };
  }

  #run(more: NodeJS.ProcessEnv, args: string[]): Promise<Answer> {
    return new Promise((resolve) => {
      const options = { env: { ...this.#environment, ...more }, cwd: this.home, timeout: 300_000, maxBuffer: 16 * 1024 * 1024 };
      execFile(this.path, args, options, (error, stdout, stderr) => resolve({ code: error ? Number(error.code ?? 1) : 0, stdout: String(stdout), stderr: String(stderr) }));
    });
  }
}
