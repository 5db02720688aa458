import { Client } from '@spawnit/contract';
import { startApiserver, startMinio, standInBalancer, type Apiserver, type Minio, type StandInBalancer, type Teardown } from '@spawnit/testkit';

export interface Cluster {
  minio: Minio;
  servers: Apiserver[];
  balancer: StandInBalancer;
  /** Through the balancer, with connections of its own. */
  client(): Client;
}

function storeEnv(minio: Minio, bucket = 'several'): Record<string, string> {
  return { SPAWNIT_STORE: 's3', SPAWNIT_S3_ENDPOINT: minio.endpoint, SPAWNIT_S3_BUCKET: bucket, AWS_ACCESS_KEY_ID: minio.accessKey, AWS_SECRET_ACCESS_KEY: minio.secretKey };
}

/** Several apiservers on one bucket, behind a balancer. */
export async function startCluster(t: Teardown, count: number): Promise<Cluster> {
  const minio = await startMinio({ t });
  const env = storeEnv(minio);
  const servers = [await startApiserver(t, { env })];
  while (servers.length < count) servers.push(await startApiserver(t, { env, sibling: servers[0] }));
  const balancer = await standInBalancer(servers.map(({ url }) => url), t);
  const client = () => {
    const made = new Client({ server: balancer.url, token: servers[0]!.token('admin') });
    t.teardown(() => made.close());
    return made;
  };
  return { minio, servers, balancer, client };
}
