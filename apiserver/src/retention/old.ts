import { eventKind, jobKind, moduleKind, revisionKind, serviceKind, templateKind, type Job, type Module, type Revision, type Service, type Template } from '@spawnit/contract';
import { idempotencyPrefix } from '../resources/idempotency.js';
import { all, keyOf, recordPrefix } from '../resources/records.js';
import type { Op } from '../store/log/commit.js';
import type { View } from '../store/log/view.js';

/** Events that last happened before a time (ISO 8601). */
export function oldEvents(view: View, before: string): Op[] {
  return deletions(view, recordPrefix(eventKind), (value) => String(value['lastTimestamp']) < before);
}

/** Idempotency keys of requests that nobody will repeat any more; of none after `upTo`, a resourceVersion. */
export function oldKeys(view: View, before: string, upTo: number): Op[] {
  return deletions(view, idempotencyPrefix, (value, rv) => rv <= upTo && String(value['time']) < before);
}

/** Modules that no template, service, revision or job names. Their files stay: an earlier point of the log may name them. */
export function unnamedModules(view: View): { op: 'delete'; key: string }[] {
  const named = new Set<string | undefined>([
    ...[...all<Template>(view, templateKind)].map(({ spec }) => spec.module),
    ...[...all<Revision>(view, revisionKind)].map(({ spec }) => spec.module),
    ...[...all<Job>(view, jobKind)].map(({ spec }) => spec.module),
    ...[...all<Service>(view, serviceKind)].map(({ status }) => status?.applied?.module),
  ]);
  const unnamed = [...all<Module>(view, moduleKind)].filter(({ metadata }) => !named.has(metadata.name));
  return unnamed.map((module) => ({ op: 'delete', key: keyOf(moduleKind, module) }));
}

function deletions(view: View, prefix: string, isOld: (value: Record<string, unknown>, rv: number) => boolean): Op[] {
  return [...view.list(prefix)].filter(({ value, rv }) => isOld(value, rv)).map(({ key }) => ({ op: 'delete', key }));
}
