import { homedir } from 'node:os';
import t from 'tap';
import { readSettings } from '../src/config.js';

const own = `${homedir()}/.kube/config`;

t.test('the kubeconfig of a star is looked for where `npm start` has it written', async (t) => {
  t.strictSame(readSettings({}).kubeconfigs, [own, `${homedir()}/.local/share/spawnit/apiserver/kubeconfig`]);
  t.strictSame(readSettings({ XDG_DATA_HOME: '/data' }).kubeconfigs, [own, '/data/spawnit/apiserver/kubeconfig']);
  t.strictSame(readSettings({ XDG_DATA_HOME: '' }).kubeconfigs, readSettings({}).kubeconfigs, 'empty is not set');
});

t.test('KUBECONFIG stands for all other places', async (t) => {
  t.strictSame(readSettings({ KUBECONFIG: '/a::/b', XDG_DATA_HOME: '/data' }).kubeconfigs, ['/a', '/b']);
});
