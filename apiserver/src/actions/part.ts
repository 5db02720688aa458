import { resourcePath, serviceActions, serviceKind, type ServiceAction } from '@spawnit/contract';
import type { Part } from '../context.js';
import { accept } from './accept.js';
import { act } from './act.js';
import type { Decide } from './action.js';
import { approve, reject } from './approval.js';
import { cancel } from './cancel.js';
import { ignore } from './ignore.js';
import { restart, revert } from './order.js';
import { retry } from './retry.js';
import { rollback } from './rollback.js';

const decisions: { [A in ServiceAction]: Decide<A> } = { revert, restart, retry, 'drift/accept': accept, 'drift/ignore': ignore, rollback, approve, reject, cancel };

/** What people do about a service beyond changing its spec themselves. */
export const actionsPart: Part = (app, context) => {
  const at = (action: ServiceAction) => resourcePath(serviceKind, 'NAME', 'NAMESPACE', action).replace('NAMESPACE', ':namespace').replace('NAME', ':name');
  for (const action of serviceActions) app.post(at(action), (request) => act(context, { action, decide: decisions[action] as Decide<ServiceAction> }, request));
};
