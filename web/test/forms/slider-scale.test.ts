import t from 'tap';
import { positions, scaleOf } from '../../src/forms/slider-scale.js';

const amounts = {
  'a few steps': { type: 'integer', minimum: 1, maximum: 10 },
  megabytes: { type: 'integer', minimum: 6, maximum: 1_048_576 },
  'seconds from nought': { type: 'integer', minimum: 0, maximum: 86_400 },
  processors: { type: 'number', minimum: 0.1, maximum: 256 },
};

for (const [what, schema] of Object.entries(amounts)) {
  t.test(`a slider for ${what} goes from end to end, by the hand and by the arrow keys`, async (t) => {
    const { positionOf, valueAt } = scaleOf(schema);
    const { minimum, maximum } = schema;
    t.equal(positionOf(minimum), 0);
    t.equal(positionOf(maximum), positions);
    t.equal(valueAt(0, maximum), minimum);
    t.equal(valueAt(positions, minimum), maximum);
    let value = minimum;
    let presses = 0;
    for (; value < maximum && presses < 3 * positions; presses++) {
      const next = valueAt(Math.min(positions, positionOf(value) + 1), value);
      if (next <= value) t.fail(`stuck at ${value}`);
      if (schema.type === 'integer' && !Number.isInteger(next)) t.fail(`${next} is not whole`);
      value = next;
    }
    t.equal(value, maximum, `${presses} presses`);
    for (presses = 0; value > minimum && presses < 3 * positions; presses++) value = valueAt(Math.max(0, positionOf(value) - 1), value);
    t.equal(value, minimum, 'and back');
  });
}

t.test('by ratio, what is common is within reach', async (t) => {
  const { positionOf } = scaleOf(amounts.megabytes);
  t.ok(positionOf(512) > 30 && positionOf(512) < 70, `512 MB stands at ${positionOf(512)} of ${positions}`);
});
