import { createHash } from 'node:crypto';
import type { PlannedChange, PlanSummary } from '@spawnit/contract';
import type { z } from 'zod';
import type { TofuMessage } from '../tofu/messages.js';
import { digestOf } from './digest.js';
import { differences } from './fields.js';
import type { PlanJson, ResourceChange } from './plan-json.js';

type Change = z.infer<typeof PlannedChange>;
const limits = { fields: 100, changes: 200 } as const;

/** What a plan would do, field by field. Its digest is made with the key. Pure. */
export function summarize(plan: PlanJson, key: string): PlanSummary {
  const unchanged = plan.resource_changes.filter(({ change, mode }) => change.actions.join() === 'no-op' && !change.importing && mode !== 'data').map(({ address }) => address);
  return { ...finished(plan.resource_changes.flatMap(changeOf)), digest: digestOf(plan, key), unchanged: unchanged.sort().slice(0, limits.changes) };
}

/** What an apply without a saved plan said it would do: addresses and actions only, for its messages carry no values. */
export function summarizeMessages(messages: readonly TofuMessage[]): PlanSummary {
  return finished(
    messages.flatMap((message): Change[] => {
      if (message.type !== 'planned_change') return [];
      const action = streamAction(message.change.action);
      return action === undefined ? [] : [{ address: message.change.resource.addr, action, fields: [] }];
    }),
  );
}

function changeOf({ address, change }: ResourceChange): Change[] {
  const action = change.importing ? 'import' : actionOf(change.actions);
  if (action === undefined) return [];
  // Whatever is made anew gets new ids and addresses: that says nothing.
  const fields = differences(change).filter((d) => d.forcesReplacement || !(d.unknown && (action === 'create' || action === 'replace')));
  return [
    {
      address,
      action,
      fields: fields.slice(0, limits.fields).map(({ field, before, after, forcesReplacement }) => ({ field, before, after, ...(forcesReplacement && { forcesReplacement }) })),
    },
  ];
}

function actionOf(actions: ResourceChange['change']['actions']): Change['action'] | undefined {
  if (actions.length === 2) return actions.includes('forget') ? 'forget' : 'replace';
  const [action] = actions;
  return action === 'no-op' ? undefined : action;
}

function streamAction(action: string): Change['action'] | undefined {
  const known: Record<string, Change['action']> = { create: 'create', update: 'update', replace: 'replace', delete: 'delete', read: 'read', import: 'import', forget: 'forget' };
  return known[action];
}

/** Its digest tells what was done from something else; none of it waits for approval. */
function finished(changes: Change[]): PlanSummary {
  const sorted = changes.toSorted((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : 0));
  const count = (...actions: Change['action'][]) => sorted.filter(({ action }) => actions.includes(action)).length;
  return {
    add: count('create', 'replace'),
    change: count('update'),
    destroy: count('delete', 'replace'),
    digest: createHash('sha256').update(JSON.stringify(sorted)).digest('hex'),
    changes: sorted.slice(0, limits.changes),
  };
}
