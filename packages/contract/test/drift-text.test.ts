import t from 'tap';
import { driftText, existsField, type DriftedField } from '../src/index.js';

const box = 'docker_container.this';
const gone: DriftedField = { resource: box, field: existsField, desired: 'present', live: 'missing' };
const changed = (field: string, more: Partial<DriftedField> = {}): DriftedField => ({ resource: box, field, desired: '512', live: '256', ...more });

t.test('what is gone is said to be missing, what differs is named, with its values where they are wanted', async (t) => {
  t.equal(driftText([gone, changed('memory')], { values: true }), `${box} is missing; ${box} memory: declared 512, real 256`);
  t.equal(driftText([gone, changed('memory')], { values: false }), `${box} is missing; ${box} memory`);
});

t.test('three are told, the others counted, and what is ignored is neither', async (t) => {
  const many = ['a', 'b', 'c', 'd', 'e'].map((field) => changed(field, { ignored: field === 'b' }));
  t.equal(driftText(many, { values: false }), `${box} a; ${box} c; ${box} d; and 1 more`);
  t.equal(driftText([changed('a', { ignored: true })], { values: true }), '');
});
