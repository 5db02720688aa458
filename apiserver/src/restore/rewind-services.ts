import { isTerminal, jobKind, planAnnotation, revisionKind, serviceKind, type Job, type Resource, type RestoreChange, type Revision, type Service } from '@spawnit/contract';
import { isDeepStrictEqual } from 'node:util';
import { changedPaths } from '../resources/ownership.js';
import { all, find, putOp } from '../resources/records.js';
import { mostOps, type Op } from '../store/log/commit.js';
import { declared } from './rewind-declarations.js';
import type { Rewind, Step } from './rewind.js';

/** Services as they were declared. Where they stand, what they have made and their states stay what they are. */
export function rewindServices(rewind: Rewind): Step[] {
  const { now, then, namespace, keepNew } = rewind;
  const past = [...all<Service>(then, serviceKind, namespace)].filter(isLiving);
  const steps = past.flatMap((each): Step[] => {
    const present = find<Service>(now, serviceKind, each.metadata.namespace, each.metadata.name);
    return present ? change(rewind, each, present) : [comeBack(rewind, each)];
  });
  if (keepNew) return steps;
  const known = new Set(past.map(nameOf));
  const since = [...all<Service>(now, serviceKind, namespace)].filter((each) => isLiving(each) && !known.has(nameOf(each)) && !isLeavingWithNamespace(rewind, each));
  return [...steps, ...since.flatMap((each) => leave(rewind, each))];
}

/**
 * It was destroyed, so nothing of it stands and it starts with no state, under its old uid. Its epoch is above any that it
 * can have had: each rise was an operation of a commit since then.
 */
function comeBack(rewind: Rewind, past: Service): Step {
  const { now, then } = rewind;
  const epoch = (past.status?.epoch ?? 0) + (now.seq - then.seq) * mostOps + 1;
  const metadata = { ...past.metadata, generation: (past.metadata.generation ?? 0) + 1 };
  const service: Service = { ...past, metadata, status: { epoch, restoredEpoch: epoch } };
  const revisions = [...all<Revision>(then, revisionKind, past.metadata.namespace)].filter(({ spec }) => spec.serviceUid === past.metadata.uid);
  const ops = [putOp(serviceKind, service), ...revisions.map((each) => putOp(revisionKind, each as Resource))];
  return step(rewind, service, { action: 'Return', note: 'it is made anew; what its volumes held went when it was destroyed' }, ops, 'came back');
}

function change(rewind: Rewind, past: Service, present: Service): Step[] {
  const leaving = !isLiving(present);
  const fields = changedPaths(declaration(past), declaration(present), 3);
  const anew = past.metadata.uid !== present.metadata.uid;
  if (!leaving && fields.length === 0) return [];
  const specSame = !leaving && isDeepStrictEqual(past.spec, present.spec);
  const back = { ...present, ...declared(past, present), status: leaving ? nothingApplied(present) : present.status } as Service;
  if (specSame) back.metadata.generation = present.metadata.generation;
  const annotations = { ...back.metadata.annotations };
  const plan = present.metadata.annotations?.[planAnnotation];
  back.metadata.annotations = plan === undefined ? without(annotations, planAnnotation) : { ...annotations, [planAnnotation]: plan };
  const note = leaving ? 'its deletion ends' : anew ? 'it was deleted and made anew since; it keeps what it has' : undefined;
  return [step(rewind, back, { action: 'Change', fields, ...(note && { note }) }, [putOp(serviceKind, back)], 'went back'), ...(specSame ? [] : cancels(rewind, present))];
}

function leave(rewind: Rewind, present: Service): Step[] {
  if ((present.metadata.finalizers ?? []).length === 0) return [];
  const leaving = { ...present, metadata: { ...present.metadata, deletionTimestamp: rewind.time } };
  return [step(rewind, leaving, { action: 'Delete', note: 'it was made since; it is destroyed' }, [putOp(serviceKind, leaving)], 'is deleted, as it was not there then')];
}

/** What a job does for the declaration that is given up ends; the reconciler ends those that nobody has yet. */
function cancels({ now }: Rewind, { metadata }: Service): Step[] {
  const active = [...all<Job>(now, jobKind, metadata.namespace)].filter(({ spec, status }) => spec.serviceUid === metadata.uid && !spec.cancel && status?.node !== undefined && !isTerminal(status.phase));
  return active.map((job): Step => {
    const asked = { ...job, spec: { ...job.spec, cancel: true, cancelReason: 'What it was made for was taken back by a restore.' } };
    return { change: { action: 'Cancel', kind: 'Job', namespace: metadata.namespace, name: job.metadata.name }, ops: [putOp(jobKind, asked as Resource)] };
  });
}

/** A destroy may be half done: what was applied counts for nothing, so that it is applied again once that has ended. */
function nothingApplied({ status }: Service): Service['status'] {
  const { applied: _applied, outputs: _outputs, url: _url, drift: _drift, retries: _retries, ...rest } = status ?? {};
  return rest;
}

function step({ then, time }: Rewind, service: Service, change: Omit<RestoreChange, 'kind' | 'name'>, ops: Op[], what: string): Step {
  const { namespace, name } = service.metadata;
  const event = { about: service, reason: 'Restored', message: `It ${what} by a restore to sequence ${then.seq}.`, component: 'apiserver', now: time };
  return { change: { ...change, kind: 'Service', namespace, name }, ops, event };
}

/** A request for a plan is answered once, and so is no part of it. */
function declaration({ metadata, spec }: Service): unknown {
  return JSON.parse(JSON.stringify({ metadata: { labels: metadata.labels ?? {}, annotations: without(metadata.annotations ?? {}, planAnnotation), ownerReferences: metadata.ownerReferences ?? [] }, spec }));
}

function without(of: Record<string, string>, key: string): Record<string, string> {
  return Object.fromEntries(Object.entries(of).filter(([each]) => each !== key));
}

function isLiving({ metadata }: Service): boolean {
  return !metadata.deletionTimestamp;
}

/** The namespace takes its services with it, one after another. */
function isLeavingWithNamespace({ now, then }: Rewind, { metadata: { namespace = '' } }: Service): boolean {
  const key = `namespaces/_/${namespace}`;
  return then.get(key) === undefined && now.get(key) !== undefined && namespace !== 'default';
}

function nameOf({ metadata: { namespace, name } }: Service): string {
  return `${namespace}/${name}`;
}
