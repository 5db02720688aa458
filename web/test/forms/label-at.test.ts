import t from 'tap';
import { labelAt, labelInService } from '../../src/forms/label-at.js';

const schema = { properties: { limits: { title: 'Limits', properties: { memory_mb: { title: 'Memory', 'x-unit': 'MB' } } }, own_name: {} } };

t.test('a parameter is called as its form calls it, with the groups that it is in and its unit', async (t) => {
  t.equal(labelAt(schema, 'limits.memory_mb'), 'Limits › Memory (MB)');
  t.equal(labelAt(schema, 'own_name'), 'own name');
  t.equal(labelAt(undefined, 'limits.cpus'), 'limits › cpus');
  t.equal(labelInService(schema, 'spec.parameters.limits.memory_mb'), 'Limits › Memory (MB)');
  t.equal(labelInService(schema, 'spec.drift.ignoreFields'), 'spec.drift.ignoreFields');
});
