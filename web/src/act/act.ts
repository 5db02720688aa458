import type { ActionAnswer, ActionRequest, Service, ServiceAction } from '@spawnit/contract';
import { call } from '../api/call.js';
import { api } from '../api/paths.js';

/** Does something about a service, or only tells what would come of it. Throws Failure. */
export function act<A extends ServiceAction>({ metadata: { namespace = '', name } }: Service, action: A, body: ActionRequest<A>, options: { dryRun?: boolean; signal?: AbortSignal } = {}): Promise<ActionAnswer> {
  const { dryRun, signal } = options;
  return call(api.action(namespace, name, action), { method: 'POST', body, query: { dryRun: dryRun ? 'All' : undefined }, signal });
}
