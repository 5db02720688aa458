import { errorTable, jobCauses } from '@spawnit/contract';
import { checkout } from '@spawnit/local';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';

t.test('docs/errors.md explains every coded error, and none that does not exist', async (t) => {
  const page = readFileSync(join(checkout, 'docs', 'errors.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `(\w+)` \| (\d{3}) \|/gm)].map((m) => [m[1], Number(m[2])]);
  const table = Object.entries(errorTable).map(([code, row]) => [code, row.status]);
  t.same(rows.sort(), table.sort());
});

t.test('docs/errors.md explains every cause of a failed job, and none that does not exist', async (t) => {
  const page = readFileSync(join(checkout, 'docs', 'errors.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `(\w+)` \| (?!\d{3} \|)/gm)].map((m) => m[1]);
  t.same(rows.sort(), [...jobCauses].sort());
});
