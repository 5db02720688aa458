import t from 'tap';
import { restartableIn } from '../../src/tofu/restartable.js';

t.test('a restart makes anew the containers of a state, and nothing that holds data', async (t) => {
  const resource = (type: string, instances: object[], more = {}) => ({ mode: 'managed', type, name: 'this', instances, ...more });
  const state = {
    version: 4,
    resources: [
      resource('docker_container', [{ attributes: { id: 'a1' } }], { module: 'module.instance' }),
      resource('docker_container', [{ index_key: 0 }, { index_key: 'a"b' }]),
      resource('docker_volume', [{}]),
      resource('docker_container', [{}], { mode: 'data' }),
    ],
  };
  t.same(restartableIn(state), [
    { address: 'module.instance.docker_container.this', id: 'a1' },
    { address: 'docker_container.this[0]', id: undefined },
    { address: 'docker_container.this["a\\"b"]', id: undefined },
  ]);
  t.same(restartableIn(undefined), []);
});
