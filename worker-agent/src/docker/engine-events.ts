import { z } from 'zod';
import { labels, type EngineObject } from './engine.js';

/** What the engine says of a change, as far as it is used. Source: the Docker Engine API, GET /events. */
const EngineEvent = z.object({ Type: z.string(), Action: z.string(), Actor: z.object({ ID: z.string(), Attributes: z.record(z.string(), z.string()).nullish() }) });

/** What the engine tells of without its labels. */
export type Unlabelled = Pick<EngineObject, 'kind' | 'id'>;

/** A service as its objects' labels name it. */
export interface Labelled {
  cluster: string;
  namespace: string;
  name: string;
  uid: string;
}
/** Whose service an event is about; or the container, whose labels tell; or the network or volume that is gone. */
export type Subject = Labelled | { container: string } | { gone: Unlabelled };

/** Others (exec, attach, create, top …) change nothing that a plan would see, or are part of one of these. */
const telling: Record<string, readonly string[]> = {
  container: ['start', 'die', 'destroy', 'update', 'rename', 'pause', 'unpause', 'oom'],
  network: ['connect', 'disconnect', 'destroy'],
  volume: ['destroy'],
};

/** Undefined for what says nothing of any service. Pure. */
export function subjectOf(value: unknown): Subject | undefined {
  const { data: event } = EngineEvent.safeParse(value);
  if (!event || !telling[event.Type]?.includes(event.Action)) return undefined;
  const attributes = event.Actor.Attributes ?? {};
  const labelled = labelledBy(attributes);
  if (labelled) return labelled;
  const kind = unlabelledKind(event.Type);
  if (kind && event.Action === 'destroy') return { gone: { kind, id: event.Actor.ID } };
  const container = event.Type === 'network' ? attributes['container'] : undefined;
  return container === undefined ? undefined : { container };
}

/** The network or volume that was made; its labels are to be asked for while it is there. Pure. */
export function madeIn(value: unknown): Unlabelled | undefined {
  const { data: event } = EngineEvent.safeParse(value);
  const kind = event?.Action === 'create' ? unlabelledKind(event.Type) : undefined;
  return kind && { kind, id: event!.Actor.ID };
}

function unlabelledKind(type: string): 'network' | 'volume' | undefined {
  return type === 'network' || type === 'volume' ? type : undefined;
}

/** Whether it is what each making of a thing brings with it. Pure. */
export function isOfMaking(value: unknown): boolean {
  const { data: event } = EngineEvent.safeParse(value);
  return event?.Action === 'start' || event?.Action === 'connect';
}

export function labelledBy(given: Record<string, string>): Labelled | undefined {
  const { [labels.cluster]: cluster, [labels.namespace]: namespace, [labels.service]: name, [labels.uid]: uid } = given;
  return cluster && namespace && name && uid ? { cluster, namespace, name, uid } : undefined;
}
