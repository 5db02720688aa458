import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@spawnit/contract';
import { freePort, spawnProgram, tempDir, type Program, type Teardown } from '@spawnit/testkit';

export type Component = 'admin' | 'reconciler' | 'scheduler' | 'drift-controller' | 'join';

const checkout = fileURLToPath(new URL('../../../../', import.meta.url));

/** A control plane of real processes, without agents. */
export class Plane {
  readonly kubeconfig: string;
  readonly url: string;
  private server: Program | undefined;
  private constructor(
    private readonly t: Teardown,
    readonly dataDir: string,
    private readonly port: number,
    private readonly env: Record<string, string>,
  ) {
    this.kubeconfig = join(dataDir, 'kubeconfig');
    this.url = `http://127.0.0.1:${port}`;
  }

  static async start(t: Teardown, env: Record<string, string> = {}): Promise<Plane> {
    const plane = new Plane(t, tempDir(t), await freePort(), env);
    await plane.startServer();
    return plane;
  }

  async startServer(): Promise<void> {
    const env = { SPAWNIT_PORT: String(this.port), SPAWNIT_DATA_DIR: this.dataDir, SPAWNIT_STORE: 'files', SPAWNIT_SERVER: undefined, SPAWNIT_PUBLIC_URL: undefined, ...this.env };
    this.server = spawnProgram({ name: 'apiserver', entry: join(checkout, 'apiserver/dist/src/main.js'), env, t: this.t });
    await this.server.waitForLine(/"listening"/);
  }

  /** For real: SIGKILL, or SIGTERM. */
  async stopServer(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    this.server!.kill(signal);
    await this.server!.exited;
  }

  startController(name: 'reconciler' | 'scheduler'): Program {
    const env = { SPAWNIT_SERVER: this.url, SPAWNIT_TOKEN_FILE: join(this.dataDir, 'tokens', name) };
    return spawnProgram({ name, entry: join(checkout, name, 'dist/src/main.js'), env, t: this.t });
  }

  token(component: Component): string {
    return readFileSync(join(this.dataDir, 'tokens', component), 'utf8').trim();
  }

  as(component: Component): Client {
    const client = new Client({ server: this.url, token: this.token(component) });
    this.t.teardown(() => client.close());
    return client;
  }
}
