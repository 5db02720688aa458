import { setTimeout as delay } from 'node:timers/promises';
import { helloImage } from '../part/pins.js';

interface ServiceView {
  status?: { phase?: string; url?: string; conditions?: { type: string; status: string; reason: string; message: string }[] };
}

export interface HelloOptions {
  server: string;
  token: string;
  withinMs: number;
  /** Told once of each phase and reason: what fails again and again is said once. */
  onPhase: (phase: string, message: string) => void;
}

const helloService = {
  apiVersion: 'spawnit.dev/v1',
  kind: 'Service',
  metadata: { name: 'hello', namespace: 'default' },
  spec: {
    template: 'web-server',
    parameters: {
      image: helloImage,
      container_port: 8080,
      document_root: '/www',
      index_html: '<!doctype html><title>hello</title><h1>It works.</h1><p>Remove this container and watch SpawnIt notice.</p>\n',
    },
  },
};

/** Makes the hello service if there is none, and waits until it answers. Returns its address; undefined when it did not answer in time. */
export async function provisionHello(options: HelloOptions): Promise<string | undefined> {
  await create(options);
  const deadline = performance.now() + options.withinMs;
  const told = new Set<string>();
  while (performance.now() < deadline) {
    const service = await read(options);
    const ready = service.status?.conditions?.find((c) => c.type === 'Ready');
    const { phase = 'Pending', url } = service.status ?? {};
    const seen = `${phase} ${ready?.reason}`;
    if (!told.has(seen)) options.onPhase(phase, ready?.message ?? '');
    told.add(seen);
    if (phase === 'Ready' && url && (await answers(url))) return url;
    await delay(100);
  }
  return undefined;
}

async function create({ server, token }: HelloOptions): Promise<void> {
  const answer = await fetch(`${server}/apis/spawnit.dev/v1/namespaces/default/services`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(helloService),
  });
  if (!answer.ok && answer.status !== 409) throw new Error(`the hello service was refused: ${await answer.text()}`);
}

async function read({ server, token }: HelloOptions): Promise<ServiceView> {
  const answer = await fetch(`${server}/apis/spawnit.dev/v1/namespaces/default/services/hello`, { headers: { authorization: `Bearer ${token}` } });
  return (await answer.json()) as ServiceView;
}

function answers(url: string): Promise<boolean> {
  return fetch(url, { signal: AbortSignal.timeout(2_000) }).then(
    (answer) => answer.ok,
    () => false,
  );
}
