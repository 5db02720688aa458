import t from 'tap';
import { waitFor } from '@spawnit/testkit';

t.test('gives back the first truthy answer', async (t) => {
  let looks = 0;
  const value = await waitFor(() => (++looks === 3 ? 'third' : null), { what: 'the third look', everyMs: 1 });
  t.equal(value, 'third');
  t.equal(looks, 3);
});

t.test('goes on past a look that throws', async (t) => {
  let looks = 0;
  const look = async () => {
    if (++looks < 3) throw new Error('not yet');
    return true;
  };
  t.equal(await waitFor(look, { what: 'a calm look', everyMs: 1 }), true);
});

t.test('says what it waited for and what it last saw', async (t) => {
  const options = { what: 'the phase to be Ready', timeoutMs: 20, everyMs: 1 };
  await t.rejects(waitFor(() => 0, options), { message: /20 ms for the phase to be Ready; the last look gave 0/ });
  const failing = () => Promise.reject(new Error('connection refused'));
  await t.rejects(waitFor(failing, options), { message: /the last look failed: connection refused/ });
});

t.test('gives up on a look that never comes back', async (t) => {
  const hanging = () => new Promise<boolean>(() => {});
  await t.rejects(waitFor(hanging, { what: 'an answer', timeoutMs: 20 }), { message: /had not come back by then/ });
});
