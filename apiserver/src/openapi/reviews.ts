import { reviewPaths } from '../reviews/part.js';
import type { Paths } from './document.js';
import { answers, plainBody } from './operations.js';

const text = { type: 'string', maxLength: 1_000 };
const attributes = { type: 'object', properties: Object.fromEntries(['namespace', 'verb', 'group', 'version', 'resource', 'subresource', 'name'].map((name) => [name, text])) };
const nonResource = { type: 'object', properties: { path: text, verb: text } };

interface Review {
  path: string;
  kind: string;
  description: string;
  /** Properties of what is asked; nothing is asked without. */
  spec?: { properties: object; example: object };
  status: { properties: Record<string, object>; example: object };
}

const reviews: Review[] = [
  {
    path: reviewPaths.access,
    kind: 'SelfSubjectAccessReview',
    description: 'Whether the caller may do something.',
    spec: { properties: { resourceAttributes: attributes, nonResourceAttributes: nonResource }, example: { resourceAttributes: { verb: 'create', group: 'spawnit.dev', resource: 'services', namespace: 'default' } } },
    status: { properties: { allowed: { type: 'boolean' }, reason: { type: 'string' } }, example: { allowed: true, reason: '' } },
  },
  {
    path: reviewPaths.rules,
    kind: 'SelfSubjectRulesReview',
    description: 'All that the caller may do in a namespace.',
    spec: { properties: { namespace: text }, example: { namespace: 'default' } },
    status: {
      properties: { resourceRules: { type: 'array', items: { type: 'object' } }, nonResourceRules: { type: 'array', items: { type: 'object' } }, incomplete: { type: 'boolean' } },
      example: { resourceRules: [{ verbs: ['get', 'list', 'watch'], apiGroups: ['spawnit.dev'], resources: ['services'] }], nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/version'] }], incomplete: false },
    },
  },
  {
    path: reviewPaths.self,
    kind: 'SelfSubjectReview',
    description: 'Who the caller is.',
    status: { properties: { userInfo: { type: 'object' } }, example: { userInfo: { username: 'user:admin', groups: ['system:authenticated', 'spawnit:admin'] } } },
  },
];

/** The reviews of oneself of a group: made and answered, never kept. */
export function reviewPathsOf(group: string): Paths {
  return Object.fromEntries(reviews.filter(({ path }) => path.startsWith(`/apis/${group}/`)).map((review) => [review.path, { post: reviewed(review) }]));
}

function reviewed({ path, kind, description, spec, status }: Review): Record<string, unknown> {
  const head = { apiVersion: path.split('/').slice(2, 4).join('/'), kind };
  const asked = { ...head, ...(spec && { spec: spec.example }) };
  const request = {
    type: 'object',
    ...(spec && { required: ['spec'] }),
    properties: { apiVersion: { type: 'string' }, kind: { type: 'string' }, ...(spec && { spec: { type: 'object', properties: spec.properties } }) },
    example: asked,
  };
  const answer = {
    type: 'object',
    required: ['apiVersion', 'kind', 'status'],
    properties: {
      apiVersion: { type: 'string', enum: [head.apiVersion] },
      kind: { type: 'string', enum: [kind] },
      metadata: { type: 'object' },
      spec: { type: 'object' },
      status: { type: 'object', required: Object.keys(status.properties).filter((name) => name !== 'reason'), properties: status.properties },
    },
    example: { ...asked, metadata: {}, status: status.example },
  };
  return { operationId: `create${kind}`, tags: ['reviews'], description, requestBody: { ...plainBody(request), required: spec !== undefined }, responses: answers(answer, '201') };
}
