import t from 'tap';
import { seconds } from '../../src/cli/options.js';

await t.test('times are read as kubectl reads them', async (t) => {
  t.strictSame(['30', '30s', '5m', '1h', '1h30m', '1m30s', '0'].map(seconds), [30, 30, 300, 3600, 5400, 90, 0]);
  for (const bad of ['', 'm', '5 m', '-1', '1.5h', '5d']) t.throws(() => seconds(bad), /30s, 5m/, bad);
});
