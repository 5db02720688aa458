import t from 'tap';
import { countsOf, matching } from '../../src/pages/run/plan-words.js';

const change = (address: string, action: 'create' | 'replace') => ({ address, action, fields: [] });

t.test('changes are counted by kind and found by their address', async (t) => {
  const changes = [change('docker_image.this', 'create'), change('docker_container.this', 'replace'), change('docker_volume.data', 'create')];
  t.strictSame(countsOf(changes), [{ action: 'create', count: 2 }, { action: 'replace', count: 1 }]);
  t.strictSame(matching(changes, ' Container ').map(({ address }) => address), ['docker_container.this']);
  t.equal(matching(changes, '').length, 3);
});
