import { actionRequests, serviceActions } from '@spawnit/contract';
import { checkout } from '@spawnit/local';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';

t.test('docs/service-actions.md has exactly the actions of the contract, each with its fields', async (t) => {
  const text = readFileSync(join(checkout, 'docs/service-actions.md'), 'utf8');
  const rows = [...text.matchAll(/^\| `([\w/]+)` \| (.*?) \|/gm)];
  t.strictSame(rows.map(([, action]) => action), serviceActions);
  for (const [, action, body] of rows) {
    const fields = Object.keys(actionRequests[action as keyof typeof actionRequests].shape);
    const missing = fields.filter((field) => body !== 'the same' && !body!.includes(`\`${field}\``));
    t.same(missing, [], action!);
  }
});
