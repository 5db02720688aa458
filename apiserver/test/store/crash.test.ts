import { fileURLToPath } from 'node:url';
import { spawnProgram, startMinio, tempDir, waitFor } from '@spawnit/testkit';
import type { Program } from '@spawnit/testkit';
import t from 'tap';
import type { Test } from 'tap';
import { openObjectStore } from '../../src/store/store-config.js';
import type { StoreConfig } from '../../src/store/store-config.js';
import { s3Config } from './drivers.js';
import { all, count, server } from './registries.js';

t.setTimeout(600_000);

const entry = fileURLToPath(new URL('./log-writer.js', import.meta.url));

function startWriter(t: Test, config: StoreConfig, name: string): Program {
  return spawnProgram({ name, entry, args: [JSON.stringify(config), name], t });
}

function told(writers: Program[], word: 'ack' | 'open'): string[] {
  return writers.flatMap(({ lines }) => lines).filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));
}

/** Waits for so many more acknowledgements from each of these. */
async function more(writers: Program[], acks: number): Promise<void> {
  const goals = writers.map((writer) => ({ writer, goal: told([writer], 'ack').length + acks }));
  const reached = () => goals.every(({ writer, goal }) => told([writer], 'ack').length >= goal);
  await waitFor(reached, { what: `${acks} more acknowledgements` }).catch((error: Error) => {
    const last = writers.map((writer) => `${writer.name} (${writer.running() ? 'running' : 'ended'}) wrote last:\n${writer.lines.slice(-5).join('\n')}`);
    throw new Error([error.message, ...last].join('\n'), { cause: error });
  });
}

async function killAndWait(writer: Program): Promise<void> {
  writer.kill('SIGKILL');
  await writer.exited;
}

/** Every acknowledged write is there once, and no more than those and the open ones. */
async function checkNothingLost(t: Test, config: StoreConfig, writers: Program[]): Promise<void> {
  const store = await openObjectStore(config);
  t.teardown(() => store.close());
  const registry = await server(t, store);
  const acked = told(writers, 'ack');
  const lost = acked.filter((key) => !registry.view.get(`acks/${key}`));
  t.same(lost, [], `none of ${acked.length} acknowledged writes is lost`);
  t.equal(count(registry.view, 'total'), all(registry.view, 'acks/').length, 'each write was done once, upon all before it');
  for (const writer of writers) t.notMatch(writer.lines.join('\n'), /Error/, `${writer.name} met no error`);
}

const minio = await startMinio({ t });
const configs: [string, (t: Test) => StoreConfig][] = [
  ['files', (t) => ({ driver: 'files', dir: tempDir(t) })],
  ['s3', () => s3Config(minio)],
];

for (const [driver, newConfig] of configs) {
  t.test(`${driver}: kill -9 of servers under load loses no acknowledged write, and the others go on`, async (t) => {
    const config = newConfig(t);
    const survivor = startWriter(t, config, 'survivor');
    const writers = [survivor];
    for (let round = 0; round < 4; round++) {
      const victim = startWriter(t, config, `victim-${round}`);
      writers.push(victim);
      await more([victim], 100 + round * 37);
      await killAndWait(victim);
      await more([survivor], 50);
    }
    await killAndWait(survivor);
    await checkNothingLost(t, config, writers);
  });
}

t.test('s3: kill -9 of MinIO under load loses no acknowledged write, and the servers go on when it is back', async (t) => {
  const minio = await startMinio({ t });
  const config = s3Config(minio);
  const writers = [startWriter(t, config, 'one'), startWriter(t, config, 'other')];
  for (let round = 0; round < 4; round++) {
    await more(writers, 100);
    await minio.kill('SIGKILL');
    await minio.restart();
  }
  await more(writers, 100);
  for (const writer of writers) await killAndWait(writer);
  await checkNothingLost(t, config, writers);
});
