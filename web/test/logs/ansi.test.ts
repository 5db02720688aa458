import t from 'tap';
import { plainText, spansOf } from '../../src/logs/ansi.js';

t.test('colours become names, and whatever else speaks to terminals is left out', async (t) => {
  t.strictSame(spansOf('plain'), [{ text: 'plain', style: '' }]);
  t.strictSame(spansOf('\u001b[1m\u001b[31mError:\u001b[0m it \u001b[92mis\u001b[39m so'), [
    { text: 'Error:', style: 'bold red' },
    { text: ' it ', style: '' },
    { text: 'is', style: 'green' },
    { text: ' so', style: '' },
  ]);
  t.strictSame(spansOf('\u001b[38;5;31mx\u001b[38;2;1;4;31my\u001b[mz'), [{ text: 'x', style: '' }, { text: 'y', style: '' }, { text: 'z', style: '' }], 'the numbers of other colours are no styles');
  t.strictSame(spansOf('a\u001b[2K\u001b[1;1Hb\u001b]8;;https://x\u0007link\u001b]8;;\u0007').map(({ text }) => text).join(''), 'ablink');
});

t.test('the plain text is what the spans hold', async (t) => {
  for (const line of ['', 'x', '\u001b[1mx\u001b[0m', '\u001b[', '\u001b', 'a\u001b[31', '\u001b[31;1;4mq\u001b[22;24mr']) t.equal(spansOf(line).map(({ text }) => text).join(''), plainText(line), JSON.stringify(line));
});
