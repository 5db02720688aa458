import t from 'tap';
import { endAllSessions, endSession, isEnded, sessionSeconds } from '../../src/session/ended.js';
import type { Op } from '../../src/store/log/commit.js';
import type { View } from '../../src/store/log/view.js';

/** What is left of the records after operations upon this one. */
class Records {
  #value: object | undefined;
  readonly view = { get: (key: string) => this.#value && { key, value: this.#value, rv: 1 } } as unknown as View;

  do(ops: Op[]): this {
    for (const op of ops) if (op.op === 'put') this.#value = op.value;
    return this;
  }

  get size(): number {
    return JSON.stringify(this.#value).length;
  }
}

t.test('a session that was left is over, and no other', async (t) => {
  const { view } = new Records().do(endSession(new Records().view, { id: 'a', since: 100 }, 200));
  t.ok(isEnded(view, { id: 'a', since: 100 }));
  for (const other of ['b', 'constructor', '__proto__']) t.notOk(isEnded(view, { id: other, since: 100 }), other);
});

t.test('one that has run out by itself is forgotten', async (t) => {
  const records = new Records();
  records.do(endSession(records.view, { id: 'a', since: 100 }, 200));
  records.do(endSession(records.view, { id: 'b', since: 300 }, 100 + sessionSeconds));
  t.notOk(isEnded(records.view, { id: 'a', since: 100 }));
  t.ok(isEnded(records.view, { id: 'b', since: 300 }));
});

t.test('of too many none comes back: what is as old as the oldest ends with them', async (t) => {
  const records = new Records();
  for (let n = 1; n <= 1_000; n++) records.do(endSession(records.view, { id: `s${n}`, since: n }, 1_000));
  for (const n of [1, 500, 501, 1_000]) t.ok(isEnded(records.view, { id: `s${n}`, since: n }), `s${n}`);
  t.ok(isEnded(records.view, { id: 'left open', since: 500 }));
  t.notOk(isEnded(records.view, { id: 'left open', since: 501 }));
  t.ok(records.size < 20_000);
});

t.test('all that began before a moment can be ended at once', async (t) => {
  const { view } = new Records().do([endAllSessions('2026-01-01T00:00:00.500Z')]);
  const second = Date.parse('2026-01-01T00:00:00Z') / 1000;
  t.ok(isEnded(view, { id: 'a', since: second }));
  t.notOk(isEnded(view, { id: 'a', since: second + 1 }));
});
