import fc from 'fast-check';
import t from 'tap';
import { lease, type Node } from '@spawnit/contract';
import { judgeGone, judgeNodes } from '../src/silence.js';
import { aNode, now } from './builders.js';

function heard(name: string, ageSeconds: number | undefined, ready: boolean | 'unknown' = true): Node {
  const heartbeat = ageSeconds === undefined ? undefined : { counter: 1, ageSeconds, time: now, running: [] };
  return aNode(name, { ready, status: { heartbeat } });
}

function names(nodes: Node[]): string[] {
  return nodes.map((each) => each.metadata.name);
}

t.test('a node is lost at 20 s of silence and back within two heartbeats, and nothing changes between', async (t) => {
  const cases: [age: number | undefined, ready: boolean | 'unknown', verdict: 'lost' | 'back' | 'same'][] = [
    [0, true, 'same'],
    [19.999, true, 'same'],
    [20, true, 'lost'],
    [500, true, 'lost'],
    [0, false, 'back'],
    [10, false, 'back'],
    [10.001, false, 'same'],
    [500, false, 'same'],
    [0.1, 'unknown', 'back'],
    [undefined, 'unknown', 'same'],
    [undefined, false, 'same'],
    [undefined, true, 'same'],
  ];
  for (const [age, ready, wanted] of cases) {
    const { lost, back } = judgeNodes([heard('n', age, ready)], new Map(), 0);
    const got = lost.length > 0 ? 'lost' : back.length > 0 ? 'back' : 'same';
    t.equal(got, wanted, `age ${age}, ready ${ready}`);
  }
});

t.test('a node that has joined is ready at its first heartbeat and not before', async (t) => {
  const joined = aNode('n', { ready: 'unknown', status: { heartbeat: { counter: 0, ageSeconds: 0, time: now, running: [] } } });
  t.strictSame(judgeNodes([joined], new Map(), 0).back, []);
  t.equal(judgeNodes([heard('n', 0, 'unknown')], new Map(), 0).back.length, 1);
});

t.test('a ready node that a new apiserver has never heard of is lost 20 s after that was first seen', async (t) => {
  const node = heard('n', undefined);
  const first = judgeNodes([node], new Map(), 1_000);
  t.strictSame([...first.unheardSince], [['n', 1_000]]);
  t.strictSame(names(judgeNodes([node], first.unheardSince, 20_999).lost), []);
  t.strictSame(names(judgeNodes([node], first.unheardSince, 21_000).lost), ['n']);
  const heardAgain = judgeNodes([heard('n', 1)], first.unheardSince, 15_000);
  t.equal(heardAgain.unheardSince.size, 0, 'one heartbeat starts the clock anew');
});

t.test('no node is both lost and back, and none is lost before its time, whatever came before', async () => {
  const nodes = fc.array(fc.tuple(fc.option(fc.double({ min: 0, max: 60, noNaN: true }), { nil: undefined }), fc.constantFrom(true, false, 'unknown' as const)), { maxLength: 6 });
  const looks = fc.array(fc.tuple(nodes, fc.integer({ min: 0, max: 30_000 })), { maxLength: 8 });
  fc.assert(
    fc.property(looks, (all) => {
      let at = 0;
      let unheard: ReadonlyMap<string, number> = new Map();
      const silentFrom = new Map<string, number>();
      return all.every(([inputs, step]) => {
        at += step;
        const list = inputs.map(([age, ready], i) => heard(`n${i}`, age, ready));
        for (const name of [...silentFrom.keys()]) if (!list.some((each, i) => each.metadata.name === name && inputs[i]![0] === undefined && inputs[i]![1] === true)) silentFrom.delete(name);
        list.forEach((each, i) => inputs[i]![0] === undefined && inputs[i]![1] === true && !silentFrom.has(each.metadata.name) && silentFrom.set(each.metadata.name, at));
        const { lost, back, unheardSince } = judgeNodes(list, unheard, at);
        unheard = unheardSince;
        const silence = (node: Node) => node.status?.heartbeat?.ageSeconds ?? (at - silentFrom.get(node.metadata.name)!) / 1_000;
        return lost.every((node) => silence(node) >= lease.silenceSeconds && !back.includes(node));
      });
    }),
    { numRuns: 10_000 },
  );
});

t.test('a node whose record was deleted is given a lease to end before its work is taken', async (t) => {
  const nodes = [aNode('here')];
  const first = judgeGone(['here', 'gone'], nodes, new Map(), 5_000);
  t.strictSame(first.gone, []);
  t.strictSame(judgeGone(['here', 'gone'], nodes, first.goneSince, 24_999).gone, []);
  t.strictSame(judgeGone(['here', 'gone'], nodes, first.goneSince, 25_000).gone, ['gone']);
  const back = judgeGone(['gone'], [aNode('gone')], first.goneSince, 30_000);
  t.equal(back.goneSince.size, 0, 'a node that joined again is not gone');
});
