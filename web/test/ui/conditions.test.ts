import type { Service } from '@spawnit/contract';
import t from 'tap';
import { troubleOf, troubleTitleOf } from '../../src/ui/conditions.js';

const stalled = { type: 'Stalled', status: 'True', message: 'Three attempts failed.' };
const unknown = { type: 'Compliant', status: 'Unknown', message: 'Its node is silent.' };
const untold = { phase: 'Ready', applied: { epoch: 2 }, drift: { verdict: 'Unknown', epoch: 2 } };
const of = (status: object) => ({ status }) as Service;

t.test('trouble has one title, and what is told under it belongs to it', async (t) => {
  const table: [status: object, title: RegExp, why: RegExp | undefined][] = [
    [{ phase: 'Ready' }, /./, undefined],
    [{ ...untold, conditions: [unknown] }, /^Nothing can be told of it now$/, /^Its node is silent\.$/],
    [{ ...untold, conditions: [stalled, unknown] }, /something to see to, and nothing can be told/, /^Three attempts failed\. .*: Its node is silent\.$/],
    [{ phase: 'Ready', conditions: [stalled] }, /as declared, and yet/, /^Three attempts failed\.$/],
    [{ phase: 'Failed', conditions: [stalled, unknown], drift: untold.drift }, /did not come up/, /^Three attempts failed\.$/],
    [{ phase: 'Drifted', conditions: [stalled] }, /behind SpawnIt/, /./],
  ];
  for (const [status, title, why] of table) {
    const told = troubleOf(of(status));
    t.match(troubleTitleOf(of(status)), title);
    if (why === undefined) t.equal(told, undefined);
    else t.match(told, why);
  }
});
