import t from 'tap';
import { lineDiff } from '../../src/edit/line-diff.js';

const sides = (before: string, after: string) => {
  const lines = lineDiff(before, after);
  const side = (other: 'gone' | 'new') => lines.filter(({ kind }) => kind !== other).map(({ text }) => text).join('\n');
  return { before: side('new'), after: side('gone'), changes: lines.filter(({ kind }) => kind !== 'same').length };
};

t.test('both texts can be read from their difference, and what is the same is told once', async (t) => {
  const cases: [string, string, number][] = [
    ['a\nb\nc', 'a\nb\nc', 0],
    ['a\nb\nc', 'a\nx\nc', 2],
    ['a\nb\nc\nd', 'b\nd', 2],
    ['', 'a', 2],
    ['a\nb\na\nb', 'b\na\nb\na', 2],
    ['x: 1\ny: 2', 'x: 1\nnew: 0\ny: 2', 1],
  ];
  for (const [before, after, changes] of cases) t.strictSame(sides(before, after), { before, after, changes }, JSON.stringify([before, after]));
});

t.test('texts with thousands of lines that have nothing in common are told without comparing each with each', async (t) => {
  const [before, after] = ['a', 'b'].map((word) => Array.from({ length: 5_000 }, (_, i) => `${word}${i}`).join('\n'));
  t.equal(sides(before!, after!).changes, 10_000);
});
