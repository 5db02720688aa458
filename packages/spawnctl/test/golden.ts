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

/** Ages are as long as what stands for them, so that columns stay where they are. */
function alike(output: string): string {
  return output
    .replace(/\b(\d{1,2}[smhd]){1,2}(?=\s|$)/gm, (age) => '#'.repeat(age.length > 2 ? 3 : 2))
    .replace(/( {3,})#{2,3}(?=\s|$)/gm, '$1AGE')
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'UID');
}
