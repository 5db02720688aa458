import { kinds, type KindDefinition } from '@spawnit/contract';
import type { FastifyInstance } from 'fastify';
import { productVersion } from '../version.js';

const group = 'spawnit.dev';
const version = { groupVersion: `${group}/v1`, version: 'v1' };
const apiGroup = { name: group, versions: [version], preferredVersion: version };
const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

/** What kubectl asks first: groups, versions and kinds. */
export function discoveryRoutes(app: FastifyInstance): void {
  app.get('/api', () => ({ kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] }));
  app.get('/apis', () => ({ kind: 'APIGroupList', apiVersion: 'v1', groups: [apiGroup] }));
  app.get(`/apis/${group}`, () => ({ kind: 'APIGroup', apiVersion: 'v1', ...apiGroup }));
  app.get('/api/v1', () => resourceList('', 'v1'));
  app.get(`/apis/${group}/v1`, () => resourceList(group, version.groupVersion));
  app.get('/version', () => versionInfo);
}

function resourceList(of: KindDefinition['group'], groupVersion: string): unknown {
  const resources = kinds.filter((kind) => kind.group === of).flatMap(entries);
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources };
}

function entries(kind: KindDefinition): unknown[] {
  const { plural, singular, namespaced, shortNames, categories } = kind;
  const main = { name: plural, singularName: singular, namespaced, kind: kind.kind, verbs, ...(shortNames.length > 0 && { shortNames }), ...(categories.length > 0 && { categories }) };
  const status = { name: `${plural}/status`, singularName: '', namespaced, kind: kind.kind, verbs: ['get', 'patch', 'update'] };
  return kind.status ? [main, status] : [main];
}

/** gitVersion begins with the Kubernetes version whose conventions are kept, for clients compare it with their own. */
const versionInfo = {
  major: '1',
  minor: '32',
  gitVersion: `v1.32.0+spawnit.${productVersion}`,
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: 'none',
  compiler: `node ${process.versions.node}`,
  platform: `${process.platform}/${process.arch}`,
};

