import { collectionPath, kinds, type KindDefinition } from '@spawnit/contract';
import { agentPathsDocument } from './agents.js';
import { documentOf, type OpenApiV3, type Paths } from './document.js';
import { answers, createNowhere, get, list, listSchema, operation, patch, placeOf, post, put, query, ref, selectors, type Operation } from './operations.js';
import { ownPaths } from './own-paths.js';
import { statusName } from './refusals.js';
import { reviewPathsOf } from './reviews.js';
import { schemaName, schemasOf } from './schemas.js';
import { serverPaths } from './server-paths.js';

/** Every route of the server, by the names under /openapi/v3: as Kubernetes has them for groups, and two for what is of none. */
export function openApiV3Documents(version: string): Record<string, OpenApiV3> {
  return {
    'api/v1': openApiV3('', version),
    'apis/spawnit.dev/v1': openApiV3('spawnit.dev', version),
    'apis/authentication.k8s.io/v1': documentOf(version, 'Who a caller is.', reviewPathsOf('authentication.k8s.io')),
    'apis/authorization.k8s.io/v1': documentOf(version, 'What a caller may do.', reviewPathsOf('authorization.k8s.io')),
    'agent/v1': documentOf(version, 'What agents say and ask, and tofu of its state. For agents alone: it changes with them.', agentPathsDocument()),
    server: documentOf(version, 'The server itself: probes, discovery, documents, sessions of browsers, the dashboard.', serverPaths()),
  };
}

/** The API of one group as an OpenAPI 3.0 document, made from the contract. */
export function openApiV3(group: KindDefinition['group'], version: string): OpenApiV3 {
  const of = kinds.filter((kind) => kind.group === group);
  const schemas = { ...schemasOf(group), ...Object.fromEntries(of.map((kind) => [`${schemaName(kind)}List`, listSchema(kind)])) };
  const paths = { ...(Object.assign({}, ...of.map(pathsOf)) as Paths), ...(group === '' ? {} : ownPaths()) };
  return documentOf(version, 'Services built with OpenTofu, by the conventions of the Kubernetes API.', paths, schemas);
}

function pathsOf(kind: KindDefinition): Paths {
  const collection = collectionPath(kind, 'NAMESPACE').replace('NAMESPACE', '{namespace}');
  const everywhere = kind.namespaced ? { [collectionPath(kind)]: { get: { ...list(kind), operationId: `list${kind.kind}ForAllNamespaces` }, post: createNowhere(kind) } } : {};
  const status = kind.status ? { [`${collection}/{name}/status`]: { parameters: placeOf(kind, true), ...statusVerbs(kind) } } : {};
  return {
    ...everywhere,
    [collection]: { parameters: placeOf(kind, false), get: list(kind), post: post(kind), delete: operation(kind, 'deletecollection', { parameters: [...selectors(kind), ...query('dryRun')], responses: answers(ref(`${schemaName(kind)}List`), '200') }) },
    [`${collection}/{name}`]: { parameters: placeOf(kind, true), get: get(kind), put: put(kind), patch: patch(kind), delete: operation(kind, 'delete', { parameters: query('dryRun', 'propagationPolicy'), responses: answers({ anyOf: [ref(schemaName(kind)), ref(statusName)] }, '200') }) },
    ...status,
  } as unknown as Paths;
}

function statusVerbs(kind: KindDefinition): Record<string, Operation> {
  return Object.fromEntries(Object.entries({ get: get(kind), put: put(kind), patch: patch(kind) }).map(([method, of]) => [method, { ...of, operationId: `${method}${kind.kind}Status` }]));
}
