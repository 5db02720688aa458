import { ensureProviders, helloImage, toolPath } from '@spawnit/local';
import { programEntry, spawnProgram, startApiserver, startControllerProgram, tempDir, waitFor } from '@spawnit/testkit';
import { join } from 'node:path';
import t from 'tap';

t.test('an agent and its tofu work over TLS, trusting the certificate of the apiserver', async (t) => {
  const api = await startApiserver(t);
  const { services } = api.client('admin');
  const { cliConfigFile } = await ensureProviders();
  const certificate = join(api.dataDir, 'keys', 'tls.crt');
  startControllerProgram(t, api, 'reconciler');
  startControllerProgram(t, api, 'scheduler');
  const env = {
    SPAWNIT_SERVER: api.url.replace('http:', 'https:'),
    SPAWNIT_NODE_NAME: 'far',
    SPAWNIT_JOIN_TOKEN_FILE: api.tokenFile('join'),
    SPAWNIT_DATA_DIR: tempDir(t),
    SPAWNIT_TOFU: toolPath('opentofu'),
    SPAWNIT_TOFU_CLI_CONFIG: cliConfigFile,
    NODE_EXTRA_CA_CERTS: certificate,
    SSL_CERT_FILE: certificate,
  };
  spawnProgram({ t, name: 'agent', entry: programEntry('worker-agent'), env });
  const name = `tls-${process.pid}`;
  await services.create({ apiVersion: 'spawnit.dev/v1', kind: 'Service', metadata: { name, namespace: 'default' }, spec: { template: 'container', parameters: { image: helloImage } } } as never);
  const phase = async () => (await services.get(name, 'default')).status?.phase;
  t.equal(await waitFor(async () => ((await phase()) === 'Ready' ? 'Ready' : undefined), { what: 'it to be Ready' }), 'Ready');
  await services.delete(name, 'default');
  await waitFor(() => services.get(name, 'default').then(() => false, () => true), { what: 'it to be gone' });
});
