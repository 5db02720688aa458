import t from 'tap';
import { runMain } from './run-main.js';
import type { Character } from './trouble/trouble.js';

t.setTimeout(900_000);

/** Where it is looked for: in runs of this character, from a seed on that is known to show it, so that this is quick. */
interface Known {
  character: Character;
  from: number;
  breaks: RegExp;
}

const guards: Record<string, Known> = {
  'self-fence': { character: 'agents', from: 54, breaks: /I1:/ },
  'monotonic lease': { character: 'agents', from: 254, breaks: /I1:/ },
  'state fence': { character: 'agents', from: 29, breaks: /I3:/ },
  'create-only append': { character: 'everybody', from: 1, breaks: /(I2|I4|I5):/ },
  redelivery: { character: 'everybody', from: 5, breaks: /I13:/ },
  'conditional revoke': { character: 'late revokes', from: 5, breaks: /I1:/ },
  'leader fence': { character: 'late leaders', from: 1, breaks: /I1:/ },
  'restart order': { character: 'agents', from: 15, breaks: /I14:/ },
  'read-back': { character: 'everybody', from: 24, breaks: /I4:/ },
};

/** Any change of the product gives a seed another run, so the rare ones need room. */
const most = 300;

for (const [guard, { character, from, breaks }] of Object.entries(guards)) {
  t.test(`without its guard "${guard}" the product breaks a promise, and the simulation sees it`, async (t) => {
    const { code, lines } = await runMain(['--character', character, '--seeds', String(most), '--seed', String(from), '--without', guard]);
    const found = lines.find((line) => line.startsWith('seed '));
    t.comment(`without ${guard}: ${found ?? 'nothing'}`);
    t.match(found, breaks);
    t.equal(code, 1);
  });
}
