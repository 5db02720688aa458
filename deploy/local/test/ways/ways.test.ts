import t from 'tap';
import { MissingPart, MissingParts } from '../../src/part/missing.js';
import { firstWay } from '../../src/ways/ways.js';

const works = { title: 'build it', take: async () => {} };
const closed = { title: 'download it', closed: async () => 'no network', take: async () => t.fail('must not be taken') };
const breaks = {
  title: 'unpack it',
  take: async () => {
    throw new Error('disk full');
  },
};

t.test('the first way that is open and works is taken, and people are told', async (t) => {
  const told: string[] = [];
  t.equal(await firstWay('tool', [closed, breaks, works], 'mend it', (line) => told.push(line)), 'build it');
  t.same(told, ['unpack it …', 'unpack it did not work: disk full', 'build it …']);
});

t.test('when none works, the part is missing for all of the reasons', async (t) => {
  const error = await firstWay('tool', [closed, breaks], 'ask for it', () => {}).catch((reason) => reason);
  t.type(error, MissingPart);
  t.match(error, { part: 'tool', mend: 'ask for it', why: /download it: no network\n- unpack it: disk full/ });
});

t.test('all that is missing is listed together, each with what mends it', async (t) => {
  const parts = [new MissingPart('one', 'is not there', 'get one'), new MissingPart('two', 'is broken', 'mend two')];
  t.equal(
    new MissingParts(parts).message,
    '2 parts are missing:\n  ✗ one: is not there\n    → get one\n  ✗ two: is broken\n    → mend two',
  );
});
