import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@spawnit/contract';
import { copyKeys } from './copy-keys.js';
import { freePort } from './free-port.js';
import { spawnProgram, type Program } from './spawn.js';
import type { Teardown } from './teardown.js';
import { tempDir } from './temp-dir.js';

/** Component whose token the apiserver makes at its first start. */
export type TokenName = 'admin' | 'reconciler' | 'scheduler' | 'drift-controller' | 'join';

export interface ApiserverOptions {
  /** memory: its records end with it. */
  store?: 'memory' | 'files';
  /** Another server of the same cluster: it has that one's root key, and nothing else of it. */
  sibling?: Pick<Apiserver, 'dataDir'>;
  env?: Record<string, string>;
}

export interface Apiserver {
  readonly url: string;
  readonly dataDir: string;
  /** The process; another one after `restart`. */
  program(): Program;
  tokenFile(name: TokenName): string;
  token(name: TokenName): string;
  /** Closed at the end of the test. */
  client(name: TokenName): Client;
  /** Ends it, at a stroke unless told, and starts it again on its port and data, from then on with these settings too. */
  restart(signal?: NodeJS.Signals, env?: Record<string, string>): Promise<void>;
}

const repository = fileURLToPath(new URL('../../../../', import.meta.url));

/** The built program at `<folder>/dist/src/main.js` of the repository. */
export function programEntry(folder: string): string {
  return join(repository, folder, 'dist', 'src', 'main.js');
}

/** A real apiserver with a data directory of its own, ended with the test. */
export async function startApiserver(t: Teardown, { store = 'memory', env = {}, sibling }: ApiserverOptions = {}): Promise<Apiserver> {
  const dataDir = tempDir(t);
  if (sibling) copyKeys(join(sibling.dataDir, 'keys'), join(dataDir, 'keys'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const settings: Record<string, string> = { SPAWNIT_PORT: String(port), SPAWNIT_DATA_DIR: dataDir, SPAWNIT_STORE: store, ...env };
  const start = async () => {
    const started = spawnProgram({ t, name: 'apiserver', entry: programEntry('apiserver'), env: settings });
    await started.waitForLine(/"msg":"listening"/);
    return started;
  };
  let program = await start();
  const tokenFile = (name: TokenName) => join(dataDir, 'tokens', name);
  const token = (name: TokenName) => readFileSync(tokenFile(name), 'utf8').trim();
  return {
    url,
    dataDir,
    program: () => program,
    tokenFile,
    token,
    client(name) {
      const client = new Client({ server: url, token: token(name) });
      t.teardown(() => client.close());
      return client;
    },
    async restart(signal = 'SIGKILL', env = {}) {
      Object.assign(settings, env);
      program.kill(signal);
      await program.exited;
      program = await start();
    },
  };
}

/** A built controller, connected to the apiserver with its own token. */
export function startControllerProgram(t: Teardown, api: Apiserver, name: 'scheduler' | 'reconciler' | 'drift-controller', env: Record<string, string> = {}): Program {
  return spawnProgram({ t, name, entry: programEntry(name), env: { SPAWNIT_SERVER: api.url, SPAWNIT_TOKEN_FILE: api.tokenFile(name), ...env } });
}
