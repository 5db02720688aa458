import { createHash } from 'node:crypto';
import type { CommitRequest, Resource } from '@spawnit/contract';

export interface EventInput {
  /** Who says it: reconciler, scheduler, drift-controller. */
  component: string;
  about: Resource;
  type: 'Normal' | 'Warning';
  /** CamelCase, one word for programs. */
  reason: string;
  /** A sentence for people. */
  message: string;
  /** ISO 8601. */
  now: string;
}

/**
 * A v1 Event as an op of a commit. Its name follows from what it says, so that the apiserver merges repetitions
 * into one record with a count. Events of what has no namespace stand in `default`, as in Kubernetes.
 */
export function eventOp({ component, about, type, reason, message, now }: EventInput): CommitRequest['ops'][number] {
  const { name, uid } = about.metadata;
  const namespace = about.metadata.namespace ?? 'default';
  const text = message.slice(0, 1024);
  return {
    verb: 'create',
    object: {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: eventName(name, [uid, component, reason, text]), namespace },
      involvedObject: { apiVersion: about.apiVersion, kind: about.kind, namespace: about.metadata.namespace, name, uid },
      reason,
      message: text,
      type,
      count: 1,
      firstTimestamp: now,
      lastTimestamp: now,
      source: { component },
    },
  };
}

function eventName(name: string, says: (string | undefined)[]): string {
  const digest = createHash('sha256').update(JSON.stringify(says)).digest('hex').slice(0, 12);
  return `${name.slice(0, 50)}-${digest}`;
}
