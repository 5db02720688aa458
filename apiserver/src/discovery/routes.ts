import { kinds, type KindDefinition } from '@spawnit/contract';
import type { FastifyInstance } from 'fastify';
import { productVersion } from '../version.js';

const group = 'spawnit.dev';
/** Reviews of oneself: made and answered, never kept. */
const reviews: Record<string, [plural: string, kind: string][]> = {
  'authentication.k8s.io': [['selfsubjectreviews', 'SelfSubjectReview']],
  'authorization.k8s.io': [
    ['selfsubjectaccessreviews', 'SelfSubjectAccessReview'],
    ['selfsubjectrulesreviews', 'SelfSubjectRulesReview'],
  ],
};
const groups = [group, ...Object.keys(reviews)];
const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

/** What kubectl asks first: groups, versions and kinds. */
export function discoveryRoutes(app: FastifyInstance): void {
  app.get('/api', () => ({ kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] }));
  app.get('/apis', () => ({ kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map(apiGroup) }));
  for (const name of groups) app.get(`/apis/${name}`, () => ({ kind: 'APIGroup', apiVersion: 'v1', ...apiGroup(name) }));
  app.get('/api/v1', () => resourceList('', 'v1'));
  app.get(`/apis/${group}/v1`, () => resourceList(group, `${group}/v1`));
  for (const [name, kinds] of Object.entries(reviews)) app.get(`/apis/${name}/v1`, () => ({ kind: 'APIResourceList', apiVersion: 'v1', groupVersion: `${name}/v1`, resources: kinds.map(reviewEntry) }));
  app.get('/version', () => versionInfo);
}

function apiGroup(name: string): object {
  const version = { groupVersion: `${name}/v1`, version: 'v1' };
  return { name, versions: [version], preferredVersion: version };
}

function reviewEntry([name, kind]: [string, string]): unknown {
  return { name, singularName: kind.toLowerCase(), namespaced: false, kind, verbs: ['create'] };
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

