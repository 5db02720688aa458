import type { TofuMessage } from '@spawnit/worker-agent/dist/src/tofu/messages.js';

export interface TofuState {
  version: 4;
  serial: number;
  lineage: string;
  outputs: Record<string, { value: unknown; type: string }>;
  resources: { mode: 'managed'; type: string; name: string; instances: { attributes: { id: string; text: string } }[] }[];
}

/** Of the one that there is. */
export const address = 'docker_container.this';
export type TofuAction = 'create' | 'replace' | 'delete' | undefined;

/** A saved plan: it holds for one serial of the state only. */
export interface TofuPlan {
  action: TofuAction;
  /** Only because it was told to: nothing of it has changed. */
  anew: boolean;
  serial: number;
  before: string | undefined;
  after: string | undefined;
}

/** `tofu show -json` of a plan. */
export function planJson({ action, before, after }: TofuPlan): object {
  const actions = { create: ['create'], replace: ['delete', 'create'], delete: ['delete'] };
  const change = { actions: action ? actions[action] : ['no-op'], before: before === undefined ? null : { text: before }, after: after === undefined ? null : { text: after }, replace_paths: [['text']] };
  return { format_version: '1.2', resource_changes: [{ address, mode: 'managed', change }] };
}

export function messagesOf(action: TofuAction): TofuMessage[] {
  const changes = { add: action === 'create' || action === 'replace' ? 1 : 0, change: 0, remove: action === 'delete' || action === 'replace' ? 1 : 0, operation: 'plan' };
  const planned: TofuMessage[] = action ? [{ type: 'planned_change', change: { resource: { addr: address }, action } }] : [];
  return [...planned, { type: 'change_summary', changes }];
}

export function stateOf(before: TofuState | undefined, container: { id: string; text: string } | undefined, lineage: () => string): TofuState {
  const resources: TofuState['resources'] = container ? [{ mode: 'managed', type: 'docker_container', name: 'this', instances: [{ attributes: { id: container.id, text: container.text } }] }] : [];
  return { version: 4, serial: (before?.serial ?? 0) + 1, lineage: before?.lineage ?? lineage(), outputs: container ? { text: { value: container.text, type: 'string' } } : {}, resources };
}
