import { ApiError, ModuleBundle, nodeKind, resourcePath, serviceKind, type Node, type Service, type ServiceSource } from '@spawnit/contract';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { assertAdmin } from '../auth/assert-admin.js';
import type { ServerContext } from '../context.js';
import { find } from '../resources/records.js';
import { existing } from '../resources/existing.js';
import { bundleKey } from './bundle.js';

/** The files that run as a service, for people of its namespace, who need not see any other module or a node. */
export function sourceRoute(app: FastifyInstance, context: ServerContext): void {
  const path = resourcePath(serviceKind, 'NAME', 'NAMESPACE', 'source').replace('NAMESPACE', ':namespace').replace('NAME', ':name');
  app.get(path, (request) => sourceOf(context, request));
}

async function sourceOf({ registry, objects }: ServerContext, request: FastifyRequest): Promise<ServiceSource> {
  assertAdmin(request, 'what a service is made of is');
  const { namespace, name } = request.params as { namespace: string; name: string };
  await registry.sync();
  const { status } = existing(registry.view, serviceKind, namespace, name) as Service;
  const module = status?.applied?.module;
  if (module === undefined) throw new ApiError('NotFound', `nothing of service ${namespace}/${name} was applied yet: it is made of nothing`, { kind: serviceKind.plural, name });
  const blob = await objects.get(bundleKey(module));
  if (blob === undefined) throw new ApiError('NotFound', `there is no module ${module} any more`, { kind: 'modules', name: module });
  const { root, files } = ModuleBundle.parse(JSON.parse(blob.toString()));
  return { module, root, files, host: hostOf(find<Node>(registry.view, nodeKind, undefined, status?.node ?? '')) };
}

/** A node that has gone is no reason to tell nothing. */
function hostOf(node: Node | undefined): string {
  return node?.status?.host ?? '127.0.0.1';
}
