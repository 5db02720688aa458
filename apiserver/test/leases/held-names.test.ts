import { tempDir, waitFor } from '@spawnit/testkit';
import { join } from 'node:path';
import t from 'tap';
import { noteCatalogue } from '../agent/catalogue.js';
import { HandAgent, startPlane, type Plane } from '../agent/plane.js';

const held = ({ context }: Plane) => [...context.registry.view.list('held-names/')].map(({ key }) => key);

t.test('the name of a deleted node is held over a restart of all servers, by the clock of the new one, and the record of it goes', async (t) => {
  const dataDir = tempDir(t);
  const config = { dataDir, catalogueDir: noteCatalogue(t), store: { driver: 'files', dir: join(dataDir, 'store') } } as const;
  const before = await startPlane(t, config);
  await HandAgent.join(t, before, 'n1');
  await before.as('admin').nodes.delete('n1');
  t.same(held(before), ['held-names/n1']);
  await before.stop();

  const after = await startPlane(t, config);
  await t.rejects(HandAgent.join(t, after, 'n1'), { code: 'Conflict', message: /"n1" was deleted/ });
  await HandAgent.join(t, after, 'n2');
  // At each look at its clock some time has passed, less than what is taken for a standstill of the server itself.
  const { monotonic, registry } = after.context;
  const health = registry.health.bind(registry);
  let ahead = 0;
  after.context.monotonic = () => monotonic() + ahead;
  registry.health = () => ((ahead += 2_000), health());
  await waitFor(() => held(after).length === 0, { what: 'the name to be free' });
  await HandAgent.join(t, after, 'n1');
});
