import type { KindDefinition } from '@spawnit/contract';
import { patchExamples } from './examples.js';
import { gvkKeyword, gvkOf, schemaName, type JsonSchema } from './schemas.js';

export type Operation = Record<string, unknown>;
export const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

export function list(kind: KindDefinition): Operation {
  const parameters = query('watch', 'allowWatchBookmarks', 'sendInitialEvents', 'resourceVersion', 'resourceVersionMatch', 'timeoutSeconds', 'limit', 'continue').concat(selectors(kind));
  return operation(kind, 'list', { parameters, responses: answers(ref(`${schemaName(kind)}List`), '200') });
}

/** Which objects are meant; only by these fields. */
export function selectors(kind: KindDefinition): unknown[] {
  const fields = ['metadata.name', 'metadata.namespace', ...kind.selectable];
  const requirement = `(${fields.join('|').replaceAll('.', '\\.')})(=|==|!=)[A-Za-z0-9.-]{0,63}`;
  return [
    { name: 'labelSelector', in: 'query', description: 'Kubernetes’ label selectors, such as `app=shop,tier in (a,b)`.', example: 'app=shop', schema: { type: 'string', maxLength: 4_000, pattern: '^([A-Za-z0-9]{1,63}((=|==|!=)[A-Za-z0-9]{0,63})?(,[A-Za-z0-9]{1,63}((=|==|!=)[A-Za-z0-9]{0,63})?)*)?$' } },
    { name: 'fieldSelector', in: 'query', description: `path=value, path!=value, joined by commas; by ${fields.join(', ')}.`, example: 'metadata.name=example', schema: { type: 'string', maxLength: 4_000, pattern: `^(${requirement}(,${requirement})*)?$` } },
  ];
}

export function get(kind: KindDefinition): Operation {
  return operation(kind, 'get', { parameters: query('resourceVersion') });
}

export function post(kind: KindDefinition): Operation {
  return operation(kind, 'post', { parameters: writing(), requestBody: plainBody(ref(schemaName(kind))), responses: answers(ref(schemaName(kind)), '201') });
}

/** The collection over all namespaces takes nothing: the refusal says where to send it. */
export function createNowhere(kind: KindDefinition): Operation {
  return operation(kind, 'createNowhere', { description: `Always refused: ${kind.plural} are made in a namespace.`, requestBody: { ...plainBody(ref(schemaName(kind))), required: false }, responses: {} });
}

export function put(kind: KindDefinition): Operation {
  return operation(kind, 'put', { parameters: writing(), requestBody: plainBody(ref(schemaName(kind))) });
}

export function patch(kind: KindDefinition): Operation {
  const content = Object.fromEntries(Object.entries(patchExamples(kind)).map(([type, example]) => [type, { schema: type.includes('json-patch') ? { type: 'array', items: { type: 'object' } } : { type: 'object' }, example }]));
  return operation(kind, 'patch', { parameters: [...writing(), ...query('force')], requestBody: { required: true, content }, responses: answers(ref(schemaName(kind)), '200', '201') });
}

export function operation(kind: KindDefinition, action: string, more: Operation): Operation {
  return { operationId: `${action}${kind.kind}`, tags: [kind.plural], 'x-kubernetes-action': action, [gvkKeyword]: gvkOf(kind), responses: answers(ref(schemaName(kind)), '200'), ...more };
}

export function answers(schema: unknown, ...codes: string[]): Record<string, unknown> {
  return Object.fromEntries(codes.map((code) => [code, { description: 'OK', content: { 'application/json': { schema } } }]));
}

/** An answer that is text, or a stream of it. */
export function textAnswer(type: string, example: string, code = '200'): Record<string, unknown> {
  return { [code]: { description: 'OK', content: { [type]: { schema: { type: 'string' }, example } } } };
}

export const emptyAnswer = { 204: { description: 'Done; there is nothing to say.' } };

export function plainBody(schema: unknown): { required: boolean; content: Record<string, { schema: unknown }> } {
  return { required: true, content: { 'application/json': { schema } } };
}

export function listSchema(kind: KindDefinition): JsonSchema {
  const metadata = { type: 'object', properties: { resourceVersion: { type: 'string' }, continue: { type: 'string' } } };
  const text = { type: 'string' };
  return { type: 'object', required: ['items'], properties: { apiVersion: text, kind: text, metadata, items: { type: 'array', items: ref(schemaName(kind)) } }, [gvkKeyword]: [{ ...gvkOf(kind), kind: `${kind.kind}List` }] };
}

export function placeOf(kind: KindDefinition, one: boolean): unknown[] {
  const names = [...(kind.namespaced ? ['namespace'] : []), ...(one ? ['name'] : [])];
  return names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string', pattern: namePattern } }));
}

const namePattern = '^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$';

/** What a query parameter may be; a text of any kind unless told. */
const parameterSchemas: Record<string, JsonSchema> = {
  ...Object.fromEntries(['watch', 'allowWatchBookmarks', 'sendInitialEvents', 'follow', 'ages', 'force'].map((name) => [name, { type: 'boolean' }])),
  ...Object.fromEntries(['limit', 'offset', 'last', 'tail'].map((name) => [name, { type: 'integer', minimum: 0 }])),
  timeoutSeconds: { type: 'integer', minimum: 0, maximum: 86_400 },
  resourceVersion: { type: 'string', pattern: '^[0-9]{0,16}$' },
  resourceVersionMatch: { type: 'string', enum: ['Exact', 'NotOlderThan'] },
  dryRun: { type: 'string', enum: ['All'] },
  fieldValidation: { type: 'string', enum: ['Strict', 'Warn', 'Ignore'] },
  fieldManager: { type: 'string', maxLength: 128 },
  propagationPolicy: { type: 'string', enum: ['Foreground', 'Background'] },
};

export function query(...names: string[]): unknown[] {
  return names.map((name) => ({ name, in: 'query', schema: parameterSchemas[name] ?? { type: 'string', maxLength: 4_000 } }));
}

function writing(): unknown[] {
  return query('dryRun', 'fieldValidation', 'fieldManager');
}
