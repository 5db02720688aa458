import type { FastifyInstance } from 'fastify';
import { stringify } from 'yaml';
import { wantsYaml, yamlType } from './accept.js';

/** Writing YAML is slow, and nothing else is done meanwhile. */
const mostCharacters = 64 * 1024;

/** Any answer in JSON, refusals too, as YAML for whoever asks for it. A long one stays JSON, which is YAML as well. */
export function answerYaml(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply, payload) => {
    const json = String(reply.getHeader('content-type') ?? '').startsWith('application/json');
    if (typeof payload !== 'string' || !json || !wantsYaml(request.headers.accept)) return payload;
    reply.type(yamlType);
    return payload.length > mostCharacters ? payload : stringify(JSON.parse(payload));
  });
}
