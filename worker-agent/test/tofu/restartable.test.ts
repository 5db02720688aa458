import t from 'tap';
import { restartedBy } from '../../src/tofu/restartable.js';

t.test('a restart makes anew the containers of a state, and nothing that holds data', async (t) => {
  const resource = (type: string, instances: object[], more = {}) => ({ mode: 'managed', type, name: 'this', instances, ...more });
  const state = {
    version: 4,
    resources: [
      resource('docker_container', [{}], { module: 'module.instance' }),
      resource('docker_container', [{ index_key: 0 }, { index_key: 'a"b' }]),
      resource('docker_volume', [{}]),
      resource('docker_container', [{}], { mode: 'data' }),
    ],
  };
  t.strictSame(restartedBy(state), ['module.instance.docker_container.this', 'docker_container.this[0]', 'docker_container.this["a\\"b"]']);
  t.strictSame(restartedBy(undefined), []);
});
