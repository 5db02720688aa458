import type { Client, Service } from '@spawnit/contract';
import { helloImage } from '@spawnit/local';

const dayS = 86_400;

/** Creates as many more services as it takes; gives all names once all are Ready. */
export async function growTo(client: Client, names: string[], count: number): Promise<void> {
  const more = Array.from({ length: count - names.length }, (_, i) => `drift-${names.length + i}`);
  names.push(...more);
  const ready = untilApplied(client, names, 1);
  await several(more, (name) => client.services.create(plainService(name)));
  await ready;
}

/** No ports, so that only drift checks are measured; a day's interval leaves them to this bench. */
function plainService(name: string): Service {
  return {
    apiVersion: 'spawnit.dev/v1',
    kind: 'Service',
    metadata: { name, namespace: 'default' },
    spec: { template: 'container', parameters: { image: helloImage, stop_grace_s: 1 }, drift: { policy: 'Flag', ignoreFields: [], intervalSeconds: dayS } } as unknown as Service['spec'],
  };
}

/** Has all of them checked by the drift controller at this interval, each as often as any other. */
export async function checkEvery(client: Client, names: string[], intervalSeconds: number): Promise<void> {
  const [first] = (await client.services.list({ namespace: 'default' })).items;
  const applied = untilApplied(client, names, (first?.metadata.generation ?? 1) + 1);
  await several(names, (name) => client.services.patch(name, 'default', { spec: { drift: { intervalSeconds } } }));
  await applied;
}

async function untilApplied(client: Client, names: string[], generation: number): Promise<void> {
  const missing = new Set(names);
  for await (const event of client.services.follow({ namespace: 'default' })) {
    for (const { metadata, status } of event.type === 'SYNCED' ? event.items : [event.object])
      if (status?.phase === 'Ready' && (status.applied?.generation ?? 0) >= generation) missing.delete(metadata.name);
    if (missing.size === 0) return;
  }
}

/** Four at a time, as many as the agent has slots. */
export async function several(names: string[], work: (name: string) => Promise<unknown>): Promise<void> {
  const left = [...names];
  const worker = async () => {
    for (let name = left.shift(); name !== undefined; name = left.shift()) await work(name);
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
}
