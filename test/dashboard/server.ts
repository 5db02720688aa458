import { Client } from '@spawnit/contract';
import { Star } from '@spawnit/local';
import { freePort, tempDir } from '@spawnit/testkit';

interface Test {
  teardown(handler: () => unknown): void;
}

export interface Server {
  star: Star;
  client: Client;
}

/** An apiserver with the whole catalogue and nobody who does anything: for what is between the browser and the server alone. */
export async function openServer(t: Test): Promise<Server> {
  const star = new Star({ dataDir: tempDir(t), port: await freePort(), store: { driver: 'files' }, agents: [], tofu: { path: '', cliConfig: '' } });
  t.teardown(() => star.stop());
  await star.startApiserver();
  const client = new Client({ server: star.server, token: star.adminToken });
  t.teardown(() => client.close());
  return { star, client };
}
