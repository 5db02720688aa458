import { checkout } from '@spawnit/local';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { declaring } from './declare.js';
import { following } from './follow.js';
import { reading } from './read.js';

t.test('docs/kubectl-compat.md tells of each verb that is tested, and of no other', async (t) => {
  const rows = readFileSync(join(checkout, 'docs', 'kubectl-compat.md'), 'utf8').split('## Other clients')[0]!.split('\n').filter((line) => line.startsWith('| '));
  const told = rows.slice(1).map((row) => row.split('|')[1]!.trim());
  t.same(told, [...reading, ...declaring, ...following].map(({ verb }) => verb));
});
