import { CommandError, exits } from '../exit.js';
import { find } from './find.js';
import { parsePath, type Step } from './path.js';

type Node = { text: string } | { path: Step[] } | { range: Step[]; body: Node[] };

/** kubectl's `jsonpath=` template: text, `{.path}`, `{"\n"}`, `{range .items[*]}…{end}`. Without braces the whole is a path. Throws a usage error. */
export function parseTemplate(template: string): (value: unknown) => string {
  if (!template.includes('{')) return (value) => textOf(find(value, parsePath(template)));
  const open: Node[][] = [[]];
  for (const piece of pieces(template)) {
    const here = open.at(-1)!;
    if ('text' in piece) here.push(piece);
    else if (/^range\s/.test(piece.code)) {
      const body: Node[] = [];
      here.push({ range: parsePath(piece.code.slice(5).trim()), body });
      open.push(body);
    } else if (piece.code === 'end') {
      if (open.length === 1) throw new CommandError(exits.usage, 'jsonpath: {end} without {range}');
      open.pop();
    } else here.push(nodeOf(piece.code));
  }
  if (open.length > 1) throw new CommandError(exits.usage, 'jsonpath: {range} without {end}');
  return (value) => write(open[0]!, value);
}

function* pieces(template: string): Generator<{ text: string } | { code: string }> {
  const code = /\{((?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^{}"'])*)\}/gy;
  let at = 0;
  while (at < template.length) {
    const next = template.indexOf('{', at);
    if (next !== at) yield { text: template.slice(at, next < 0 ? undefined : next) };
    if (next < 0) return;
    code.lastIndex = next;
    const found = code.exec(template);
    if (!found) throw new CommandError(exits.usage, `jsonpath: the { at "${template.slice(next, next + 20)}" is not closed`);
    yield { code: found[1]!.trim() };
    at = code.lastIndex;
  }
}

const escapes: Record<string, string> = { n: '\n', t: '\t', r: '\r' };

function nodeOf(code: string): Node {
  const quoted = /^"(.*)"$|^'(.*)'$/s.exec(code);
  if (quoted) return { text: (quoted[1] ?? quoted[2])!.replace(/\\(.)/g, (_, c: string) => escapes[c] ?? c) };
  return { path: parsePath(code) };
}

function write(nodes: Node[], value: unknown): string {
  const texts = nodes.map((node) => {
    if ('text' in node) return node.text;
    if ('path' in node) return textOf(find(value, node.path));
    return find(value, node.range).map((each) => write(node.body, each)).join('');
  });
  return texts.join('');
}

/** Several values stand beside each other; text is bare, the rest is JSON. */
export function textOf(values: unknown[], separator = ' '): string {
  return values.map((value) => (typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value))).join(separator);
}
