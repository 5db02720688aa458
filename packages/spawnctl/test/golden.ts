import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Test } from 'tap';

const folder = fileURLToPath(new URL('../../test/golden/', import.meta.url));

/** Compares with test/golden/NAME.txt, in which ages and what is random are made alike; `SPAWNIT_GOLDEN=write` writes it. */
export function golden(t: Pick<Test, 'equal'>, name: string, output: string): void {
  const file = `${folder}${name}.txt`;
  const text = alike(output);
  if (process.env.SPAWNIT_GOLDEN === 'write') writeFileSync(file, text);
  t.equal(text, readFileSync(file, 'utf8'), `as in golden/${name}.txt`);
}

/** An age may have two letters or more: what stands for it has three, and so have the blanks behind it. */
function alike(output: string): string {
  return output
    .replace(/( {3,})(?:\d{1,3}[smhd]){1,2}( {3,}|$)/gm, (_, before: string, after: string) => `${before}AGE${after && '   '}`)
    .replace(/AGE {3,}/g, 'AGE   ')
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'UID');
}
