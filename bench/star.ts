import { Client, type Service } from '@spawnit/contract';
import { ensureProviders, helloImage, Star, toolPath, type AgentPlan, type StoreChoice } from '@spawnit/local';
import { freePort } from '@spawnit/testkit';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface BenchStar {
  star: Star;
  client: Client;
  close(): Promise<void>;
}

export async function benchStar(options: { agents: number; slots?: number; store?: StoreChoice; apiserverOnly?: boolean }): Promise<BenchStar> {
  const dataDir = mkdtempSync(join(tmpdir(), 'spawnit-bench-star-'));
  const { cliConfigFile } = await ensureProviders();
  const agents: AgentPlan[] = Array.from({ length: options.agents }, (_, i) => ({ name: `agent-${i + 1}`, dockerHost: 'unix:///var/run/docker.sock', slots: options.slots }));
  const star = new Star({ dataDir, port: await freePort(), store: options.store ?? { driver: 'files' }, agents, tofu: { path: toolPath('opentofu'), cliConfig: cliConfigFile } });
  await (options.apiserverOnly ? star.startApiserver() : star.start());
  const client = new Client({ server: star.server, token: star.adminToken });
  const close = async () => {
    await client.close();
    await star.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  return { star, client, close };
}

export function helloService(name: string, port: number, spec: Partial<Service['spec']> = {}): Service {
  return {
    apiVersion: 'spawnit.dev/v1',
    kind: 'Service',
    metadata: { name, namespace: 'default' },
    spec: { template: 'web-server', parameters: { image: helloImage, container_port: 8080, document_root: '/www', index_html: '<h1>bench</h1>', port }, ...spec } as Service['spec'],
  };
}

export async function untilPhase(client: Client, name: string, phase: string): Promise<void> {
  for await (const event of client.services.follow({ namespace: 'default', fieldSelector: `metadata.name=${name}` })) {
    const service = event.type === 'SYNCED' ? event.items[0] : event.object;
    if (service?.status?.phase === phase) return;
  }
}

export async function untilGone(client: Client, name: string): Promise<void> {
  await client.services.delete(name, 'default');
  for await (const event of client.services.follow({ namespace: 'default', fieldSelector: `metadata.name=${name}` })) {
    if (event.type === 'DELETED' || (event.type === 'SYNCED' && event.items.length === 0)) return;
  }
}
