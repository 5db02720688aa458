import t from 'tap';
import { main } from '../../src/commands/test.js';
import { skipped, skips } from '../../src/part/skip.js';
import { closing, testOutcome } from '../../src/test-run/outcome.js';
import { tapTotals } from '../../src/test-run/tap-totals.js';

const output = '    # { total: 2, pass: 2 }\nok 1 - file\n# { total: 9, pass: 6, fail: 1, skip: 1, todo: 1 }\n# time=5ms\n';

t.test('help is told at once, before any part is got', async (t) => {
  const written = t.capture(process.stdout, 'write', () => true);
  const code = await main(['--help']);
  t.match({ code, told: written() }, { code: 0, told: [{ args: [/^npm test -- \[file …\]/] }] });
});

t.test('the totals are those of the whole run', async (t) => {
  t.same(tapTotals(output), { passed: 6, failed: 1, skipped: 2 });
  t.equal(tapTotals('TAP version 14\n    # { total: 2, pass: 2 }\n'), undefined);
});

t.test('a run without totals, without tests, or that tap calls failed has failed', async (t) => {
  t.match(testOutcome(false, output), { passed: 6, failed: 1 });
  t.match(testOutcome(false, '# { total: 2, pass: 2 }\n'), { passed: 2, failed: 1 });
  t.match(testOutcome(true, '# { total: 2, pass: 2 }\n'), { passed: 2, failed: 0 });
  t.match(testOutcome(true, ''), { failed: 1 });
});

t.test('the files that failed are named', async (t) => {
  const run = 'ok 1 - a.test.js # time=1ms\nnot ok 2 - b.test.js # time=7ms\n    not ok 1 - inner\nnot ok 3 - c.test.js\n';
  t.same(testOutcome(false, run).files?.map(({ name }) => name), ['b.test.js', 'c.test.js']);
  t.match(closing([testOutcome(false, run)], new Set()), /✗ tests: 1 failed\n {4}b\.test\.js\n {4}c\.test\.js/);
});

t.test('what failed is told again at the end, each assert with its diagnosis, without what passed and what only holds it', async (t) => {
  const run = [
    '# Subtest: a.test.js', '    # Subtest: whole', '        not ok 1 - of another file # TODO', '        1..1', '    ok 1 - whole', 'ok 1 - a.test.js',
    '# Subtest: b.test.js', '    # Subtest: torn', '        ok 1 - well', '        not ok 2 - never came', '          ---', '          stack: >', '            waitFor (wait.ts:9)', '          ...', '', '        1..2',
    '    not ok 1 - torn # time=5ms', '      ---', '      source: here', '      ...', '    not ok 2 - and this', '    1..2', 'not ok 2 - b.test.js # time=7ms',
  ].join('\n');
  t.same(testOutcome(false, run).files, [{ name: 'b.test.js', failures: ['not ok 2 - never came\n  ---\n  stack: >\n    waitFor (wait.ts:9)', 'not ok 2 - and this'] }]);
  t.match(closing([testOutcome(false, run)], new Set()), '✗ b.test.js\n    not ok 2 - never came\n      ---\n      stack: >\n        waitFor (wait.ts:9)\n    not ok 2 - and this\n\n✗ tests: 1 failed\n    b.test.js\n');
});

t.test('the closing line counts every stage and is the last', async (t) => {
  const outcomes = [
    { name: 'parts', passed: 0, failed: 1 },
    { name: 'tests', passed: 40, failed: 2, skipped: 3 },
  ];
  const lines = closing(outcomes, new Set(['kubectl'])).trim().split('\n');
  t.equal(lines.at(-1), '40 passed, 3 failed');
  t.match(lines.join('\n'), /✗ parts: 1 failed\n✗ tests: 2 failed\nleft out by SPAWNIT_TEST_SKIP: kubectl\n3 skipped/);
});

t.test('what may be left out is named, comma by comma', async (t) => {
  t.same(skips({ SPAWNIT_TEST_SKIP: ' minio, kubectl ,' }), new Set(['minio', 'kubectl']));
  t.same(skips({}), new Set());
  process.env.SPAWNIT_TEST_SKIP = 'minio';
  t.teardown(() => delete process.env.SPAWNIT_TEST_SKIP);
  t.match(skipped('minio'), /names minio/);
  t.equal(skipped('kubectl'), false);
});
