import { ApiError, nodeKind, serviceKind, type Identity } from '@spawnit/contract';
import type { Part } from '../context.js';
import { existing } from '../resources/existing.js';
import { handOn } from './hand-on.js';

/**
 * Breaking things on purpose, for who tries the product out: handed on to whoever started this server, for the apiserver
 * touches neither engines nor processes. Without `demoSocket` there are no such routes.
 */
export const demoPart: Part = (app, { config: { demoSocket }, registry }) => {
  if (demoSocket === undefined) return;
  app.post('/demo/services/:namespace/:name/break', async ({ identity, params }, reply) => {
    assertPerson(identity);
    const { namespace, name } = params as { namespace: string; name: string };
    const { metadata } = existing(registry.view, serviceKind, namespace, name);
    await handOn(demoSocket, `/services/${metadata.uid}/break`);
    return reply.code(204).send();
  });
  for (const act of ['kill', 'start']) {
    app.post(`/demo/nodes/:name/${act}`, async ({ identity, params }, reply) => {
      assertPerson(identity);
      const { metadata } = existing(registry.view, nodeKind, undefined, (params as { name: string }).name);
      await handOn(demoSocket, `/nodes/${metadata.name}/${act}`);
      return reply.code(204).send();
    });
  }
};

function assertPerson({ role }: Identity): void {
  if (role !== 'admin') throw new ApiError('Forbidden', 'only people break things on purpose');
}
