import { Client } from '@spawnit/contract';
import { faultProxy, startApiserver, startMinio, tempDir, type Apiserver, type FaultProxy, type Minio, type Teardown } from '@spawnit/testkit';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Only what a service needs to be taken. */
const template = `
apiVersion: spawnit.dev/v1
kind: Template
metadata: { name: thing }
spec:
  { title: Thing, category: Tests, description: For tests., icon: icon.svg, provider: none, binding: Remote, module: thing,
    parameters: { type: object, additionalProperties: false, properties: {} } }
`;

export interface Server {
  name: string;
  api: Apiserver;
  /** Between it and the store. */
  proxy: FaultProxy;
  people: Client;
  reconciler: Client;
}

export interface Cluster {
  minio: Minio;
  servers: Server[];
}

/** Real apiservers on one bucket of a real MinIO, each with a proxy of its own in between. */
export async function startCluster(t: Teardown, size: number): Promise<Cluster> {
  const minio = await startMinio({ t });
  const catalogueDir = catalogue(t);
  const servers: Server[] = [];
  for (let i = 1; i <= size; i++) servers.push(await startServer(t, `server ${i}`, minio, catalogueDir, servers[0]));
  return { minio, servers };
}

async function startServer(t: Teardown, name: string, minio: Minio, catalogueDir: string, first: Server | undefined): Promise<Server> {
  const proxy = await faultProxy({ t, target: minio.endpoint });
  const store = { SPAWNIT_STORE: 's3', SPAWNIT_S3_ENDPOINT: proxy.endpoint, SPAWNIT_S3_BUCKET: 'histories', AWS_ACCESS_KEY_ID: minio.accessKey, AWS_SECRET_ACCESS_KEY: minio.secretKey };
  const env = { ...store, SPAWNIT_CATALOGUE_DIR: catalogueDir, SPAWNIT_RATE_LIMIT: '1000000', SPAWNIT_LOG_LEVEL: 'info' };
  const api = await startApiserver(t, { env: first ? { ...env, SPAWNIT_DATA_DIR: withKeysOf(t, first) } : env });
  const client = (as: 'admin' | 'reconciler') => {
    const made = new Client({ server: api.url, token: (first?.api ?? api).token(as) });
    t.teardown(() => made.close());
    return made;
  };
  return { name, api, proxy, people: client('admin'), reconciler: client('reconciler') };
}

/** A data directory of another server of the same cluster: the same root key. */
function withKeysOf(t: Teardown, { api }: Server): string {
  const dataDir = tempDir(t);
  cpSync(join(api.dataDir, 'keys'), join(dataDir, 'keys'), { recursive: true });
  return dataDir;
}

function catalogue(t: Teardown): string {
  const dir = tempDir(t);
  mkdirSync(join(dir, 'thing'));
  writeFileSync(join(dir, 'thing', 'main.tf'), '# thing\n');
  writeFileSync(join(dir, 'thing', 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  writeFileSync(join(dir, 'thing', 'template.yaml'), template);
  return dir;
}
