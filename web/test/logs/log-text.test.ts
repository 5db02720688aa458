import t from 'tap';
import { Layout } from '../../src/logs/layout.js';
import { LogText } from '../../src/logs/log-text.js';
import { hashOf, rangeOf } from '../../src/logs/range.js';
import { matchFrom, Search } from '../../src/logs/search.js';

function textOf(content: string, pieceBytes = Infinity): LogText {
  const text = new LogText();
  const bytes = Buffer.from(content);
  for (let at = 0; at < bytes.length; at += pieceBytes) text.push(bytes.subarray(at, at + pieceBytes));
  return text;
}

function linesOf(text: LogText): string[] {
  return Array.from({ length: text.count }, (_, i) => text.line(i));
}

t.test('a log has the same lines in whatever pieces it comes', async (t) => {
  const content = 'one\n\nthrée 🚀\r\n10%\r100%\na\tb\nlast';
  for (const size of [1, 2, 3, 5, Infinity]) t.strictSame(linesOf(textOf(content, size)), ['one', '', 'thrée 🚀', '100%', 'a       b', 'last'], `${size} bytes each`);
  const text = textOf(content);
  t.equal(text.finished, 5, 'the last one may go on');
  text.end();
  t.equal(text.finished, 6);
});

t.test('a line without end is cut for the page, and says by how much', async (t) => {
  const [line] = linesOf(textOf(`${'x'.repeat(12_345)}\n`, 1_000));
  t.match(line, /^x{10000} … 2345 more characters/);
});

t.test('changes are told once for many pieces', async (t) => {
  const text = new LogText();
  let told = 0;
  const heard = new Promise<void>((resolve) => text.subscribe(() => resolve(void told++)));
  for (let i = 0; i < 100; i++) text.push(Buffer.from('a\n'));
  await heard;
  t.equal(told, 1);
  t.equal(text.version(), 1);
});

t.test('wrapped lines take as many rows as their columns need, and each row finds its line', async (t) => {
  const text = textOf(`short\n${'x'.repeat(25)}\n\u001b[31m${'y'.repeat(10)}\u001b[0m\n\n漢字漢字漢字\nunfinished line`);
  const layout = new Layout(text, 10);
  t.strictSame([0, 1, 2, 3, 4, 5, 6].map((line) => layout.top(line)), [0, 1, 4, 5, 6, 8, 10], 'colours take no room, wide characters take two columns');
  t.equal(layout.rows, 10);
  t.strictSame(Array.from({ length: 10 }, (_, row) => layout.lineAt(row)), [0, 1, 1, 1, 2, 3, 4, 4, 5, 5]);
  t.equal(layout.lineAt(999), 5);
  text.push(Buffer.from(' that goes on\nand one more\n'));
  t.equal(layout.top(6), 11, 'it is reckoned anew as it grows');
  t.equal(new Layout(text).rows, 7, 'one row each when nothing is wrapped');
});

t.test('a search finds every line whatever the case, also in what comes later', async (t) => {
  const text = textOf('Error: a.b\nfine\nerror: aXb\n\u001b[1merr\u001b[0mor: A.B\n');
  const search = new Search(text, 'error: a.b');
  t.ok(search.advance(1_000));
  t.strictSame(search.lines, [0, 3], 'a dot is a dot, and colours don’t part a word');
  text.push(Buffer.from('one more error: a.b here\n'));
  search.advance(1_000);
  t.strictSame(search.lines, [0, 3, 4]);
  t.strictSame([matchFrom(search.lines, 0, 1), matchFrom(search.lines, 4, 1), matchFrom(search.lines, 0, -1), matchFrom([], 0, 1)], [3, 0, 4, undefined], 'around the end');
});

t.test('a search of much gives way in between', async (t) => {
  const search = new Search(textOf('needle\n'.repeat(5_000)), 'needle');
  let slices = 0;
  while (!search.advance(0)) slices++;
  t.ok(slices > 1);
  t.equal(search.lines.length, 5_000);
});

t.test('an address names one line or several', async (t) => {
  t.strictSame(rangeOf('#L120'), { from: 120, to: 120 });
  t.strictSame(rangeOf('L130-L120'), { from: 120, to: 130 });
  for (const hash of ['', '#', '#main', '#L', '#L1-L', '#L1234567890']) t.equal(rangeOf(hash), undefined, hash);
  for (const range of [{ from: 3, to: 3 }, { from: 3, to: 9 }]) t.strictSame(rangeOf(hashOf(range)), range);
});
