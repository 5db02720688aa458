import { docker, freePort, waitFor } from '@spawnit/testkit';
import { webServer, type Scene } from '../e2e/scene.js';
import type { Subjects } from './pages.js';

const namespace = 'default';

interface Test {
  teardown(handler: () => unknown): void;
}

/** Services in every state that people meet: one that is well, one that drifted, one whose plan waits, one that failed. */
export async function setStage(t: Test, { client }: Pick<Scene, 'client'>, suffix = `-${process.pid}`): Promise<Subjects> {
  const names = { well: `shop${suffix}`, drifted: `blog${suffix}`, waiting: `queue${suffix}`, failed: `legacy${suffix}` };
  for (const name of Object.values(names)) t.teardown(() => docker(['rm', '--force', '--volumes', `${namespace}.${name}`]).catch(() => undefined));
  const make = async (name: string, spec: Parameters<typeof webServer>[3] = {}) => client.services.create(webServer(name, namespace, await freePort(), spec));
  const phase = (name: string, ...phases: string[]) => waitFor(async () => phases.includes((await client.services.get(name, namespace)).status?.phase ?? ''), { what: `${name} to be ${phases.join(' or ')}`, everyMs: 200 });
  await make(names.well);
  await make(names.drifted);
  await make(names.waiting, { approval: 'Manual' });
  await make(names.failed, { parameters: { image: '127.0.0.1:9/nobody/answers:1' } });
  await phase(names.well, 'Ready');
  await phase(names.drifted, 'Ready');
  await waitFor(async () => (await client.services.get(names.drifted, namespace)).status?.drift?.verdict === 'Compliant', { what: 'a first check' });
  await docker(['rename', `${namespace}.${names.drifted}`, `${namespace}.${names.drifted}-by-hand`]);
  t.teardown(() => docker(['rm', '--force', '--volumes', `${namespace}.${names.drifted}-by-hand`]).catch(() => undefined));
  await phase(names.drifted, 'Drifted');
  await waitFor(async () => (await client.services.get(names.failed, namespace)).status?.retries?.count, { what: 'a failure' });
  const { items } = await client.jobs.list({ namespace, fieldSelector: `spec.service=${names.well}` });
  return { namespace, service: names.drifted, job: items.find(({ status }) => status?.phase === 'Succeeded')!.metadata.name, template: 'redis' };
}
