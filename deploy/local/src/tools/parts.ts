import type { Part } from '../part/part.js';
import { chromium } from './chromium.js';
import { dockerEngine } from './docker-engine.js';
import { dockerProvider } from './docker-provider.js';
import { dockerRegistry } from './docker-registry.js';
import { goClient } from './go-client.js';
import { helloImagePart } from './hello-image.js';
import { kubectlCurrent } from './kubectl-current.js';
import { kubectl } from './kubectl.js';
import { minio } from './minio.js';
import { opentofu } from './opentofu.js';
import { pythonClients } from './python-clients.js';
import { secondEngine } from './second-engine.js';
import { fish, zsh } from './shells.js';

/** Every real part that the set-up knows how to get. */
export const parts = {
  opentofu,
  'docker-provider': dockerProvider,
  'docker-engine': dockerEngine,
  minio,
  kubectl,
  'kubectl-current': kubectlCurrent,
  'go-client': goClient,
  chromium,
  'python-clients': pythonClients,
  'docker-registry': dockerRegistry,
  'hello-image': helloImagePart,
  'second-engine': secondEngine,
  zsh,
  fish,
} satisfies Record<string, Part>;

export type PartName = keyof typeof parts;
export const partNames = Object.keys(parts) as PartName[];
