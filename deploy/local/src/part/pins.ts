import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { inCache } from './cache.js';

/** The versions we fetch or build when the machine has none of its own. */
export const pins = {
  opentofu: { version: '1.12.6', floor: '1.10.0' },
  dockerProvider: { version: '4.6.0', module: 'v0.0.0-20260916201441-96d331c98ff4' },
  minio: { version: '20260212201848', module: 'v0.0.0-20260212201848-7aac2a2c5b7c' },
  kubectl: { version: '1.34.1', floor: '1.20.0' },
  pythonClients: { schemathesis: '4.32.5', kubernetes: '37.0.2', floor: '3.10' },
  kubectlCurrent: { version: '1.36.0', module: 'v0.36.0' },
} as const;

export const goClientSource = fileURLToPath(new URL('../../../../../test/kubectl/go-client/main.go', import.meta.url));

/** Where each part of our own getting stands in the cache. */
export const cachedProgram = {
  opentofu: () => inCache('tools', `opentofu-${pins.opentofu.version}`, 'tofu'),
  minio: () => inCache('tools', `minio-${pins.minio.version}`, 'minio'),
  kubectl: () => inCache('tools', 'kubectl', 'kubectl'),
  'kubectl-current': () => inCache('tools', `kubectl-${pins.kubectlCurrent.version}`, 'kubectl'),
  'python-clients': () => inCache('tools', `python-clients-${pins.pythonClients.schemathesis}-${pins.pythonClients.kubernetes}`, 'bin', 'python'),
  'go-client': () => inCache('tools', `go-client-${pins.kubectlCurrent.version}-${createHash('sha256').update(readFileSync(goClientSource)).digest('hex').slice(0, 12)}`, 'go-client'),
  chromium: () => '/usr/bin/chromium',
  zsh: () => '/usr/bin/zsh',
  fish: () => '/usr/bin/fish',
  /** The CLI configuration by which tofu finds its providers. */
  'docker-provider': () => inCache('tofurc'),
  'docker-registry': () => inCache('tools', 'docker-registry', 'docker-registry'),
};

/** The root of the filesystem mirror that tofu is pointed at. */
export const providerMirror = () => inCache('providers');

/** A tiny web server image, built here, so that nothing need be pulled. */
export const helloImage = 'spawnit/hello:1';
