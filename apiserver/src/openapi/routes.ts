import { createHash } from 'node:crypto';
import type { Part } from '../context.js';
import { productVersion } from '../version.js';
import { openApiV2 } from './v2.js';
import { encodeV2 } from './v2-protobuf.js';
import { openApiV3Documents } from './v3.js';

const protobufV2 = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';

/** The API described for machines, made once from the contract. */
export const openApiRoutes: Part = (app) => {
  const v2 = openApiV2(productVersion);
  const v2Json = JSON.stringify(v2);
  const v2Protobuf = encodeV2(v2);
  app.get('/openapi/v2', (request, reply) => {
    const wantsProtobuf = (request.headers.accept ?? '').includes('proto-openapi.spec.v2');
    return wantsProtobuf ? reply.type(protobufV2).send(v2Protobuf) : reply.type('application/json').send(v2Json);
  });
  const groups = Object.fromEntries(Object.entries(openApiV3Documents(productVersion)).map(([path, document]) => [path, JSON.stringify(document)]));
  app.get('/openapi/v3', () => ({
    paths: Object.fromEntries(Object.entries(groups).map(([path, text]) => [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${hash(text)}` }])),
  }));
  for (const [path, text] of Object.entries(groups)) app.get(`/openapi/v3/${path}`, (_request, reply) => reply.type('application/json').send(text));
};

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32).toUpperCase();
}
