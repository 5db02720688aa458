import { ApiError } from '@spawnit/contract';
import fc from 'fast-check';
import t from 'tap';
import { parseLabelSelector } from '../../src/selection/labels.js';

const runs = { numRuns: 10_000 };
const word: fc.Arbitrary<string> = fc.constantFrom('a', 'b', 'app.io/x', '1', '7', 'constructor');
const labels = fc.dictionary(word, word, { maxKeys: 4 });

/** A requirement in its words, and what it means, told a second time. */
const requirement = fc.oneof(
  fc.tuple(word, fc.constantFrom('=', '=='), word).map(([k, op, v]) => ({ text: `${k}${op}${v}`, means: (of: Map<string, string>) => of.get(k) === v })),
  fc.tuple(word, word).map(([k, v]) => ({ text: `${k}!=${v}`, means: (of: Map<string, string>) => of.get(k) !== v })),
  fc.tuple(word, fc.array(word, { minLength: 1, maxLength: 3 })).map(([k, vs]) => ({ text: `${k} in (${vs.join(', ')})`, means: (of: Map<string, string>) => of.has(k) && vs.includes(of.get(k)!) })),
  fc.tuple(word, fc.array(word, { minLength: 1, maxLength: 3 })).map(([k, vs]) => ({ text: `${k} notin (${vs.join(',')})`, means: (of: Map<string, string>) => !of.has(k) || !vs.includes(of.get(k)!) })),
  word.map((k) => ({ text: k, means: (of: Map<string, string>) => of.has(k) })),
  word.map((k) => ({ text: `!${k}`, means: (of: Map<string, string>) => !of.has(k) })),
  fc.tuple(word, fc.constantFrom('<', '>'), fc.integer({ min: -2, max: 9 })).map(([k, op, n]) => ({ text: `${k}${op}${n}`, means: (of: Map<string, string>) => /^-?\d+$/.test(of.get(k) ?? '') && (op === '<' ? Number(of.get(k)) < n : Number(of.get(k)) > n) })),
);

t.test('a label selector selects what each of its requirements does', async () => {
  const law = (all: { text: string; means: (of: Map<string, string>) => boolean }[], of: Record<string, string>) => {
    const known = new Map(Object.entries(of));
    return parseLabelSelector(all.map(({ text }) => text).join(','))(of) === all.every(({ means }) => means(known));
  };
  fc.assert(fc.property(fc.array(requirement, { maxLength: 4 }), labels, law), runs);
});

t.test('any text is a label selector or is refused as a bad request', async () => {
  const text = fc.oneof(fc.string({ maxLength: 20 }), fc.array(fc.constantFrom('a', 'b', '=', '==', '!=', '!', 'in', 'notin', '(', ')', ',', '<', '>', '3', ' '), { maxLength: 10 }).map((parts) => parts.join('')));
  const law = (given: string, of: Record<string, string>) => {
    try {
      return typeof parseLabelSelector(given)(of) === 'boolean';
    } catch (error) {
      return ApiError.is(error, 'BadRequest');
    }
  };
  fc.assert(fc.property(text, labels, law), runs);
});
