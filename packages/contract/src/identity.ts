/** Who a caller is. The apiserver's authenticator makes these; nothing else does. */
export type Identity =
  /** A person; with `namespaces`, of these alone. */
  | { role: 'admin'; name: string; namespaces?: string[] }
  | { role: 'reconciler' | 'scheduler' | 'drift-controller'; name: string }
  | { role: 'joiner'; name: string }
  /** The apiserver itself: catalogue, state pointers, garbage collection. */
  | { role: 'apiserver'; name: string }
  | { role: 'node'; name: string; nodeUid: string }
  /** A run on one node, for one service at one epoch; `write` is false for a drift check, which only reads the state. */
  | { role: 'run'; name: string; node: string; namespace: string; service: string; serviceUid: string; epoch: number; job?: string; write: boolean };

export type Role = Identity['role'];

/** The identity as it stands in commits, events and logs. */
export function describeIdentity(id: Identity): string {
  if (id.role === 'node') return `node:${id.name}`;
  if (id.role === 'run') return `run:${id.namespace}/${id.job ?? id.service}@${id.epoch}`;
  if (id.role === 'admin') return `user:${id.name}${id.namespaces ? `@${id.namespaces.join(',')}` : ''}`;
  return id.role;
}
