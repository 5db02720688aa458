import { tempDir } from '@spawnit/testkit';
import { pino } from 'pino';
import t from 'tap';
import { tofuEnvironment } from '../../src/config.js';
import { DriftParts } from '../../src/drift/parts.js';
import { RunFolders } from '../../src/tofu/run-folders.js';

const log = pino({ level: 'silent' });

t.test('one plan that warm providers could not make may be chance, two in a row are not', async (t) => {
  const dir = tempDir(t);
  const parts = await DriftParts.open({ config: { engineSocket: '/nowhere/docker.sock', tofuEnvironment: tofuEnvironment({}) }, folders: new RunFolders(dir), gateDir: dir, log });
  t.teardown(() => parts.close());
  parts.planned('m', false);
  t.ok(parts.maySpareStart('m'), 'the next one is tried with them');
  t.ok(parts.doubts('m'), 'and no job is');
  t.match(parts.problem, /warm providers failed at module m/);
  parts.planned('m', true);
  t.notOk(parts.doubts('m'));
  parts.planned('m', false);
  parts.planned('another', false);
  t.ok(parts.maySpareStart('m'));
  parts.planned('m', false);
  t.notOk(parts.maySpareStart('m'));
  t.ok(parts.maySpareStart('another'));
});
