import { Agent, request } from 'undici';

const engine = new Agent({ connect: { socketPath: '/var/run/docker.sock' }, keepAliveTimeout: 60_000 });

interface Listed {
  Id: string;
  State: string;
  Labels: Record<string, string>;
}

/**
 * Settles when a container of this service runs and its port answers. The port is asked only once the container runs:
 * asking before costs a second of ARP that neither way of starting it deserves.
 */
export async function answering(service: string, port: number): Promise<void> {
  while (!(await running(service))) await pause(3);
  while (!(await answers(port))) await pause(2);
}

async function running(service: string): Promise<boolean> {
  const filters = encodeURIComponent(JSON.stringify({ label: [`spawnit.dev/service=${service}`], status: ['running'] }));
  const { body } = await request(`http://engine/containers/json?filters=${filters}`, { dispatcher: engine });
  return ((await body.json()) as Listed[]).length > 0;
}

async function answers(port: number): Promise<boolean> {
  return request(`http://127.0.0.1:${port}/`, { headersTimeout: 1_000, bodyTimeout: 1_000, reset: true }).then(
    async ({ statusCode, body }) => {
      await body.dump();
      return statusCode === 200;
    },
    () => false,
  );
}

function pause(timeMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, timeMs));
}
