import type { RunInputs } from '@spawnit/contract';
import t from 'tap';
import type { Judgement } from '../../src/drift/judgement.js';
import { answersOf, Verdicts } from '../../src/drift/verdicts.js';
import type { Recorded, RecordedRead } from '../../src/provider/recording.js';

const inputs = { serviceUid: 'u', module: 'm', epoch: 1, generation: 1, variables: { a: 1 }, secret: { b: 2 }, state: { version: 'v1', password: 'p' } } as unknown as RunInputs;
const compliant = { verdict: 'Compliant' as const, fields: [] };
const drifted = { verdict: 'Drifted' as const, fields: [] };

function read(question: string, answer: string): RecordedRead {
  const kind = { address: 'a', binary: 'b', binding: 'Engine' as const };
  return { configuration: { kind, method: 'Configure', request: Buffer.from('c'), answer: 'ok' }, method: 'ReadResource', request: Buffer.from(question), answer };
}

t.test('what is asked with the credentials of remote providers is another question', async (t) => {
  const known = verdicts();
  const engine = read('x', '1');
  const remote = { ...engine, configuration: { ...engine.configuration, kind: { ...engine.configuration.kind, binding: 'Remote' as const } } };
  known.learn(inputs, { reads: [engine] }, compliant);
  known.learn({ ...inputs, serviceUid: 'v' }, { reads: [remote] }, compliant);
  t.not(known.recall(inputs)!.questions[0], known.recall({ ...inputs, serviceUid: 'v' })!.questions[0], 'so it is not answered together with the other');
});

function verdicts(nowMs = { now: 0 }): Verdicts {
  return new Verdicts({ clock: () => nowMs.now, random: () => 0, planEveryMs: 100 });
}

t.test('only what a full plan said of these inputs is recalled', async (t) => {
  const known = verdicts();
  t.notOk(known.recall(inputs));
  t.notOk(known.learn(inputs, { reads: [read('x', '1'), read('y', '2')] }, compliant));
  const { reads, verdicts: said } = known.recall(inputs)!;
  t.same(reads.map(({ request }) => request.toString()), ['x', 'y']);
  t.same(said.get(answersOf(['1', '2'])), compliant);
  t.equal(said.get(answersOf(['2', '1'])), undefined, 'the answers count together, each to its own question');
  t.ok(known.recall({ ...inputs, state: { ...inputs.state, password: 'another' } }), 'a token is no input of a plan');
  t.ok(known.recall({ ...inputs, generation: 2 }), 'another interval is no input of a plan either');
  for (const other of [{ epoch: 2 }, { variables: { a: 2 } }, { secret: { b: 3 } }, { module: 'n' }, { ignoreFields: ['f'] }, { state: { version: 'v2' } }, { state: {} }])
    t.notOk(known.recall({ ...inputs, ...other } as RunInputs), JSON.stringify(other));
});

t.test('nothing is learned of a plan that saw more than its reads, saw the world change, or could not tell', async (t) => {
  const plans: [Recorded, Judgement][] = [
    [{ reads: [read('x', '1')], incomplete: 'it calls CallFunction' }, compliant],
    [{ reads: [read('x', '1'), read('x', '2')] }, compliant],
    [{ reads: [read('x', '1')] }, { verdict: 'Unknown', fields: [] }],
  ];
  for (const [recorded, judgement] of plans) {
    const known = verdicts();
    known.learn(inputs, { reads: [read('x', '1')] }, compliant);
    t.notOk(known.learn(inputs, recorded, judgement));
    t.notOk(known.recall(inputs));
  }
});

t.test('several answers to the same questions are remembered; other questions begin anew', async (t) => {
  const known = verdicts();
  known.learn(inputs, { reads: [read('x', '1')] }, compliant);
  known.learn(inputs, { reads: [read('x', '2')] }, drifted);
  t.same([...known.recall(inputs)!.verdicts.values()], [compliant, drifted]);
  for (let i = 0; i < 50; i++) known.learn(inputs, { reads: [read('x', `more ${i}`)] }, drifted);
  t.ok(known.recall(inputs)!.verdicts.size < 10, 'not without bound');
  known.learn(inputs, { reads: [read('y', '1')] }, compliant);
  t.equal(known.recall(inputs)!.verdicts.size, 1);
});

t.test('a full plan is due from time to time, and two that contradict each other end checks by reads for their module', async (t) => {
  const time = { now: 0 };
  const known = verdicts(time);
  known.learn(inputs, { reads: [read('x', '1')] }, compliant);
  time.now = 50;
  t.notOk(known.recall(inputs), 'half of the time early at most');
  t.notOk(known.learn(inputs, { reads: [read('x', '1')] }, compliant));
  t.ok(known.recall(inputs));
  t.ok(known.learn(inputs, { reads: [read('x', '1')] }, drifted), 'told');
  t.notOk(known.recall(inputs));
  t.notOk(known.trusts(inputs.module));
  known.learn({ ...inputs, serviceUid: 'another' }, { reads: [read('z', '1')] }, compliant);
  t.notOk(known.recall({ ...inputs, serviceUid: 'another' }), 'for each service of that module');
});

t.test('when a thousand modules have contradicted themselves none is believed any more, and no more are remembered', async (t) => {
  const known = verdicts();
  const contradict = (module: string) => [compliant, drifted].map((judgement) => known.learn({ ...inputs, module }, { reads: [read('x', '1')] }, judgement))[1];
  for (let i = 0; i < 999; i++) contradict(`m${i}`);
  t.ok(known.trusts('another'));
  t.ok(contradict('m999'));
  t.notOk(known.trusts('another'));
});
