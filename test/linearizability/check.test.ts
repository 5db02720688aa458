import fc from 'fast-check';
import t from 'tap';
import { Random } from '../simulation/time/random.js';
import { check } from './check.js';
import { checkRecord } from './check-record.js';
import type { Answer, Call, History, Operation, Seen } from './history.js';
import { StandInServers } from './stand-in-servers.js';

const version = (t: string, rv: number, more: Partial<Seen> = {}): Seen => ({ t, deleting: false, uid: 'u', rv, ...more });
const object = (seen: Seen): Answer => ({ is: 'object', seen });
const call = (from: number, to: number, operation: Operation, answer?: Answer): Call => ({ record: 'a', operation, answer, from, to });
const create = (from: number, to: number, t = '1', rv = 1) => call(from, to, { do: 'create', t }, object(version(t, rv)));
const put = (from: number, to: number, t: string, rv: number, on?: Seen) => call(from, to, { do: 'put', t, on }, object(version(t, rv)));
const get = (from: number, to: number, seen?: Seen) => call(from, to, { do: 'get' }, seen ? object(seen) : { is: 'absent' });
const lost = (from: number, operation: Operation) => call(from, Infinity, operation);
const one = version('1', 1);
const two = version('2', 2);

const good: Record<string, Call[]> = {
  'reads before, within and after a write': [get(0, 1), create(2, 5), get(3, 4), get(3, 6, one), get(7, 8, one)],
  'two writes at once, read in the order of their versions': [create(0, 1), put(2, 9, '2', 2), put(2, 9, '3', 3), get(4, 5, two), get(6, 7, version('3', 3))],
  'a write without an answer that was done late': [create(0, 1), lost(2, { do: 'put', t: '2' }), get(3, 4, one), get(5, 6, two)],
  'a write without an answer that was never done': [create(0, 1), lost(2, { do: 'put', t: '2' }), get(3, 4, one), put(5, 6, '3', 2, one)],
  'a write without an answer, known only by what it made impossible': [create(0, 1), lost(2, { do: 'put', t: '2' }), call(3, 4, { do: 'put', t: '3', on: one }, { is: 'conflict' })],
  'one repeated with its key': [call(0, 3, { do: 'create', t: '1', key: 'k' }, object(one)), call(1, 4, { do: 'create', t: '1', key: 'k' }, object(one)), call(5, 6, { do: 'create', t: '2', key: 'k' }, { is: 'reused' })],
  'a repetition after the record has gone': [call(0, 1, { do: 'create', t: '1', key: 'k' }, object(one)), call(2, 3, { do: 'delete' }, object(version('1', 2, { deleting: true }))), call(4, 5, { do: 'release', on: version('1', 2, { deleting: true }) }, { is: 'gone' }), call(6, 7, { do: 'create', t: '1', key: 'k' }, object(one)), get(8, 9)],
  'a read that was called out of date': [create(0, 1), put(2, 3, '2', 2), { ...get(4, 5, one), from: -1 }],
};
const bad: Record<string, Call[]> = {
  'a read of what had been written over': [create(0, 1), put(2, 3, '2', 2), get(4, 5, one)],
  'reads that go back': [create(0, 1), put(2, 9, '2', 2), get(3, 4, two), get(5, 6, one)],
  'a write that is lost': [create(0, 1), put(2, 3, '2', 2), put(4, 5, '3', 3), get(6, 7, two)],
  'two that both make it': [create(0, 9, '1', 1), create(1, 8, '2', 2)],
  'two that both change the same version': [create(0, 1), put(2, 9, '2', 2, one), put(3, 8, '3', 3, one)],
  'a conflict with nobody': [create(0, 1), call(2, 3, { do: 'put', t: '2', on: one }, { is: 'conflict' })],
  'a write without an answer seen, and then not': [create(0, 1), lost(2, { do: 'put', t: '2' }), get(3, 4, two), get(5, 6, one)],
  'a write seen before it was sent': [create(0, 1), get(2, 3, two), lost(4, { do: 'put', t: '2' })],
  'a key with two effects': [call(0, 1, { do: 'create', t: '1', key: 'k' }, object(one)), call(2, 3, { do: 'create', t: '1', key: 'k' }, object(version('1', 2)))],
  'another body under a key': [call(0, 1, { do: 'create', t: '1', key: 'k' }, object(one)), call(2, 3, { do: 'create', t: '2', key: 'k' }, { is: 'exists' })],
  'versions that do not rise': [create(0, 1, '1', 5), put(2, 3, '2', 4)],
  'a patch that forgets a put': [create(0, 1), put(2, 3, '2', 2), call(4, 5, { do: 'patch', p: 'x' }, object(version('1', 3, { p: 'x' })))],
};

t.test('histories that some order explains are told from those that none does', async (t) => {
  for (const [what, calls] of Object.entries(good)) t.equal(checkRecord(calls), undefined, what);
  for (const [what, calls] of Object.entries(bad)) t.match(checkRecord(calls), /next is none of/, what);
});

const histories = fc.tuple(fc.integer({ min: 1 }), fc.integer({ min: 20, max: 120 })).map(([seed, operations]) => ({ random: new Random(seed), history: new StandInServers(new Random(seed)).history(operations) }));
const broken = (history: History) => check(history).length > 0;

t.test('what perfect servers answer is never called broken', async () => {
  const whole = ({ history }: { history: History }) => {
    for (const why of check(history)) throw new Error(why);
  };
  fc.assert(fc.property(histories, whole), { numRuns: 2_000 });
});

/** Each spoils one thing, in such a way that no order explains it; undefined when there is nothing of that sort to spoil. */
const spoils: Record<string, (history: History, random: Random) => History | undefined> = {
  'an answer shows another version': (history, random) => {
    const { calls } = history;
    const answers = calls.flatMap(({ answer }) => (answer?.is === 'object' ? [answer.seen] : []));
    const at = random.pick(calls.flatMap(({ answer, operation }, i) => (answer?.is === 'object' && operation.do === 'put' ? [i] : [])));
    const other = answers.find((seen) => at !== undefined && seen.t !== (calls[at]!.answer as { seen: Seen }).seen.t);
    return at === undefined || !other ? undefined : { ...history, calls: calls.with(at, { ...calls[at]!, answer: object(other) }) };
  },
  'a version seen by nobody before': (history, random) => withCall(history, random, ({ operation, answer }) => operation.do === 'get' && answer?.is === 'object', (each) => ({ ...each, answer: object({ ...(each.answer as { seen: Seen }).seen, t: 'invented' }) })),
  'a change that a watch leaves out': (history, random) => withChanges(history, (changes) => (changes.length > 1 ? changes.toSpliced(random.whole(0, changes.length - 2), 1) : undefined)),
  'a change that a watch tells twice': (history, random) => withChanges(history, (changes) => (changes.length > 0 ? repeated(changes, random.whole(0, changes.length - 1)) : undefined)),
  'two changes in the wrong order': (history, random) => withChanges(history, (changes) => (changes.length > 1 ? turned(changes, random.whole(0, changes.length - 2)) : undefined)),
  'a list without a record that stood then': (history, random) => {
    const at = random.pick(history.lists.flatMap(({ items }, i) => (items.size > 0 ? [i] : [])));
    return at === undefined ? undefined : { ...history, lists: history.lists.with(at, { ...history.lists[at]!, items: new Map([...history.lists[at]!.items].slice(1)) }) };
  },
};

for (const [what, spoil] of Object.entries(spoils))
  t.test(`${what}: it is found out in any history`, async (t) => {
    let spoiled = 0;
    const found = ({ history, random }: { history: History; random: Random }) => {
      const worse = spoil(history, random);
      spoiled += worse ? 1 : 0;
      return !worse || broken(worse);
    };
    fc.assert(fc.property(histories, found), { numRuns: 1_000 });
    t.ok(spoiled > 200, `${spoiled} histories were spoiled`);
  });

function withCall(history: History, random: Random, which: (call: Call) => boolean, change: (call: Call) => Call): History | undefined {
  const at = random.pick(history.calls.flatMap((each, i) => (which(each) ? [i] : [])));
  return at === undefined ? undefined : { ...history, calls: history.calls.with(at, change(history.calls[at]!)) };
}

type Changes = History['watches'][number]['stretches'][number]['changes'];

/** A second watch that tells the changes otherwise. */
function withChanges(history: History, change: (changes: Changes) => Changes | undefined): History | undefined {
  const [whole] = history.watches;
  const changes = change(whole!.stretches[0]!.changes);
  return changes && { ...history, watches: [whole!, { name: 'second', selects: () => true, stretches: [{ after: 0, changes }] }] };
}

function repeated(changes: Changes, at: number): Changes {
  return changes.toSpliced(at, 0, changes[at]!);
}

function turned(changes: Changes, at: number): Changes {
  return changes.with(at, changes[at + 1]!).with(at + 1, changes[at]!);
}
