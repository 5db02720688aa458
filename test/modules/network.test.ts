import { helloImage } from '@spawnit/local';
import { docker } from '@spawnit/testkit';
import t from 'tap';
import { deployment, place, remains } from './deployment.js';

// The provider waits two seconds before each look at a network.
t.setTimeout(600_000);

t.test('a network keeps apart what joins it, and goes without a trace', async (t) => {
  const where = await place(t);
  const network = await deployment(t, 'docker/network', where, 'back');
  const full = { subnet: '10.213.7.0/24', internal: true, labels: { team: 'web' } };

  await network.apply({});
  t.equal(await network.changes({}), '');
  t.not(await network.changes({ subnet: full.subnet }), '', 'a range is seen');
  t.match(await network.apply(full), { name: 'back', network_name: `${where.namespace}.back`, subnet: full.subnet });
  t.equal(await network.changes(full), '');
  t.not(await network.changes({ internal: true, labels: full.labels }), '', 'its absence is seen too');

  const inside = await deployment(t, 'docker/instance', where, 'inside');
  const joined = { image: helloImage, networks: ['back'] };
  await inside.apply(joined);
  t.equal(await inside.changes(joined), '');
  const addresses = await docker(['inspect', '--format', '{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}', `${where.namespace}.inside`]);
  t.match(addresses, /10\.213\.7\.\d+/);

  await inside.destroy(joined);
  await network.destroy(full);
  t.strictSame(await remains(where.namespace), []);
});

t.test('a range that is none is refused before anything is touched', async (t) => {
  const network = await deployment(t, 'docker/network', await place(t));
  for (const subnet of ['10.0.0.1/24', '10.0.0.0/30', 'fd00::/64', '10.0.0.0', '300.0.0.0/8']) {
    t.match(await network.refusal({ subnet }), /subnet must be an IPv4 range/, subnet);
  }
});
