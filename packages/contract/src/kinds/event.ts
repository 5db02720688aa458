import { z } from 'zod';
import { Timestamp, type Resource } from '../meta.js';
import { defineKind } from './kind.js';

/** Kubernetes' core/v1 Event has its fields at the top; `spec` here is what lies there on the wire. */
export const EventSpec = z.strictObject({
  involvedObject: z
    .strictObject({ apiVersion: z.string().optional().describe('Its group and version.'), kind: z.string().describe('Its kind.'), namespace: z.string().optional().describe('Its namespace.'), name: z.string().describe('Its name.'), uid: z.string().optional().describe('Its uid.') })
    .describe('What it happened to.'),
  reason: z.string().max(128).describe('What happened, in a word.'),
  message: z.string().max(1024).describe('What happened, for people.'),
  type: z.enum(['Normal', 'Warning']).describe('Warning when somebody should look.'),
  count: z.int().default(1).describe('How often.'),
  firstTimestamp: Timestamp.describe('When it happened first.'),
  lastTimestamp: Timestamp.describe('When it happened last.'),
  source: z.strictObject({ component: z.string().describe('Its name.') }).describe('The program that tells it.'),
});
export type EventSpec = z.infer<typeof EventSpec>;
export type Event = Resource<never, never> & EventSpec;

export const eventKind = defineKind({
  kind: 'Event',
  plural: 'events',
  singular: 'event',
  shortNames: ['ev'],
  categories: [],
  group: '',
  namespaced: true,
  spec: EventSpec,
  flat: true,
  systemOnly: true,
  writers: ['reconciler', 'scheduler', 'drift-controller', 'apiserver'],
  statusOwners: {},
  columns: [
    { name: 'Last Seen', type: 'string', path: 'age:lastTimestamp', description: 'When it last happened' },
    { name: 'Type', type: 'string', path: 'type', description: 'Normal or Warning' },
    { name: 'Reason', type: 'string', path: 'reason', description: 'What happened, coded' },
    { name: 'Object', type: 'string', path: 'involvedObject.name', description: 'What it happened to' },
    { name: 'Message', type: 'string', path: 'message', description: 'What happened' },
  ],
  selectable: ['involvedObject.name', 'involvedObject.kind', 'involvedObject.uid', 'involvedObject.namespace', 'involvedObject.apiVersion', 'reason', 'type', 'source.component'],
});
