import type { Event, Job, Revision, Service } from '@spawnit/contract';
import t from 'tap';
import { momentsOf } from '../../src/pages/service/history/moments.js';

const at = (second: number) => new Date(Date.UTC(2030, 0, 1, 0, 0, second)).toISOString();
const service = { metadata: { name: 'a', uid: 'u' } } as Service;
const event = (reason: string, second: number, uid = 'u') => ({ metadata: { name: `${reason}${second}` }, reason, message: 'm', lastTimestamp: at(second), type: 'Normal', involvedObject: { uid } }) as Event;

t.test('edits, runs, drift and moves of one service stand in the order of their time, each told once', async (t) => {
  const revisions = [{ metadata: { name: 'a-1', creationTimestamp: at(0) }, spec: { author: 'ann', message: 'first' } } as Revision];
  const jobs = [
    { metadata: { name: 'a-apply-1', creationTimestamp: at(2) }, spec: { serviceUid: 'u', type: 'Apply', generation: 1, trigger: 'Move' }, status: { phase: 'Succeeded', node: 'n2' } } as Job,
    { metadata: { name: 'b-apply-1', creationTimestamp: at(2) }, spec: { serviceUid: 'other' } } as Job,
  ];
  const events = [event('Drifted', 4), event('ApplyStarted', 3), event('NodeLost', 1), event('Drifted', 5, 'other')];
  t.strictSame(momentsOf(service, { revisions, jobs, events }).map(({ word, text }) => `${word}: ${text}`), ['Drifted: m', 'Succeeded: Apply of generation 1 (Move) on n2', 'NodeLost: m', 'Edit: Revision a-1: by ann: first']);
});
