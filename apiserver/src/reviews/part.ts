import { describeIdentity, kinds, parseOrThrow, type Identity } from '@spawnit/contract';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { boundTo } from '../auth/namespaces.js';
import type { Part } from '../context.js';
import { may, readVerbs, verbsOf, type Verdict } from './may.js';

const text = z.string().max(1_000).default('');
const AccessReview = z.object({
  spec: z.object({
    resourceAttributes: z.object({ namespace: text, verb: text, group: text, version: text, resource: text, subresource: text, name: text }).optional(),
    nonResourceAttributes: z.object({ path: text, verb: text }).optional(),
  }),
});
const RulesReview = z.object({ spec: z.object({ namespace: text }) });

export const reviewPaths = {
  access: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
  rules: '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews',
  self: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
} as const;

/** What a caller may do, and who it is: Kubernetes' reviews of oneself. Nothing is stored. */
export const reviewsPart: Part = (app) => {
  app.post(reviewPaths.access, (request, reply) => {
    const { spec } = parseOrThrow(AccessReview, request.body, { kind: 'SelfSubjectAccessReview' });
    reply.code(201);
    return answer('authorization.k8s.io/v1', 'SelfSubjectAccessReview', spec, verdictOf(request.identity, spec));
  });
  app.post(reviewPaths.rules, (request, reply) => {
    const { spec } = parseOrThrow(RulesReview, request.body, { kind: 'SelfSubjectRulesReview' });
    reply.code(201);
    return answer('authorization.k8s.io/v1', 'SelfSubjectRulesReview', spec, { resourceRules: rulesOf(request.identity), nonResourceRules: [{ verbs: ['get'], nonResourceURLs: openPaths }], incomplete: false });
  });
  app.post(reviewPaths.self, (request: FastifyRequest, reply) => {
    reply.code(201);
    return answer('authentication.k8s.io/v1', 'SelfSubjectReview', undefined, { userInfo: { username: describeIdentity(request.identity), groups: ['system:authenticated', `spawnit:${request.identity.role}`] } });
  });
};

/** What everybody with a token may read. */
const openPaths = ['/api', '/api/*', '/apis', '/apis/*', '/healthz', '/livez', '/metrics', '/openapi', '/openapi/*', '/readyz', '/version'];

function verdictOf(identity: Identity, { resourceAttributes: of, nonResourceAttributes: path }: z.output<typeof AccessReview>['spec']): Verdict {
  if (of) return outside(identity, of) ?? may(identity, of);
  const known = path !== undefined && openPaths.some((open) => open === path.path || (open.endsWith('*') && path.path.startsWith(open.slice(0, -1))));
  return known && path.verb === 'get' ? { allowed: true, reason: '' } : { allowed: false, reason: 'no such path is open to reading' };
}

/** Who is bound to namespaces writes in these alone; what is read of all is what is his. */
function outside(identity: Identity, { namespace = '', verb, resource, name }: { namespace?: string; verb: string; resource: string; name?: string }): Verdict | undefined {
  const namespaces = boundTo(identity);
  if (namespaces === undefined || namespaces.includes(namespace)) return undefined;
  if (namespace === '' && readVerbs.includes(verb) && (resource !== 'namespaces' || !name || namespaces.includes(name))) return undefined;
  return { allowed: false, reason: `${describeIdentity(identity)} is bound to ${namespaces.join(', ')}` };
}

function rulesOf(identity: Identity): unknown[] {
  const rules = kinds.flatMap((kind) => [
    { verbs: verbsOf(identity, kind), apiGroups: [kind.group], resources: [kind.plural] },
    ...(kind.status ? [{ verbs: verbsOf(identity, kind, 'status'), apiGroups: [kind.group], resources: [`${kind.plural}/status`] }] : []),
  ]);
  return rules.filter(({ verbs }) => verbs.length > 0);
}

function answer(apiVersion: string, kind: string, spec: unknown, status: unknown): unknown {
  return { apiVersion, kind, metadata: {}, ...(spec !== undefined && { spec }), status };
}
