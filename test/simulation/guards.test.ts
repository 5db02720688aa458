import t from 'tap';
import { runMain } from './run-main.js';

t.setTimeout(900_000);

const most = 60;

/** Which promise falls without each guard, and from which seed on it is looked for: one that is known to show it, so that this is quick. */
const guards: Record<string, { from: number; breaks: RegExp }> = {
  'self-fence': { from: 74, breaks: /I1/ },
  'monotonic lease': { from: 276, breaks: /I1/ },
  'state fence': { from: 308, breaks: /I3/ },
  'create-only append': { from: 1, breaks: /I2|I4|I5/ },
  redelivery: { from: 11, breaks: /I13/ },
  'read-back': { from: 7, breaks: /I4/ },
};

for (const [guard, { from, breaks }] of Object.entries(guards)) {
  t.test(`without its guard "${guard}" the product breaks a promise, and the simulation sees it`, async (t) => {
    const { code, lines } = await runMain(['--seeds', String(most), '--seed', String(from), '--without', guard]);
    const found = lines.find((line) => line.startsWith('seed '));
    t.comment(`without ${guard}: ${found ?? 'nothing'}`);
    t.match(found, breaks);
    t.equal(code, 1);
  });
}
