import t from 'tap';
import { Together } from '../../src/drift/together.js';

/** Acts that end when they are told to. */
function held() {
  const begun: ((value: string) => void)[] = [];
  const failing: ((error: Error) => void)[] = [];
  const act = () =>
    new Promise<string>((resolve, reject) => {
      begun.push(resolve);
      failing.push(reject);
    });
  return { begun, failing, act };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

t.test('who asks while one is under way waits for the next, with all others', async (t) => {
  const together = new Together<string>();
  const { begun, act } = held();
  const first = together.get('a', act);
  await turn();
  const others = [together.get('a', act), together.get('a', act)];
  const another = together.get('b', act);
  await turn();
  t.equal(begun.length, 2, 'another thing waits for nobody');
  begun[0]!('1');
  begun[1]!('of b');
  t.strictSame([await first, await another], ['1', 'of b']);
  while (begun.length < 3) await turn();
  begun[2]!('2');
  t.strictSame(await Promise.all(others), ['2', '2']);
  t.equal(begun.length, 3);
});

t.test('a failure is told to those who waited for it, and the next is done all the same', async (t) => {
  const together = new Together<string>();
  const { begun, failing, act } = held();
  const first = together.get('a', act);
  await turn();
  const second = together.get('a', act);
  failing[0]!(new Error('no'));
  await t.rejects(first, { message: 'no' });
  await turn();
  begun[1]!('yes');
  t.equal(await second, 'yes');
});
