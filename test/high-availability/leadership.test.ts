import { leadership } from '@spawnit/contract';
import { faultProxy, startApiserver, startControllerProgram, startMinio, startStandInAgent, waitFor, type Apiserver, type Program } from '@spawnit/testkit';
import t, { type Test } from 'tap';
import { allReady, appliesOf, leaderOf, leaseOf, makeService, startInstances } from './controllers.js';

t.setTimeout(600_000);

async function plane(t: Test, env: Record<string, string> = {}) {
  const api = await startApiserver(t, { store: 'files', env });
  await startStandInAgent(t, api, { name: 'n1', slots: 8 });
  return { api, admin: api.client('admin') };
}

/** Makes services one after another until told to end; gives their names. */
function makeMany(admin: ReturnType<Apiserver['client']>, prefix: string) {
  let over = false;
  const names: string[] = [];
  const making = (async () => {
    while (!over && names.length < 200) {
      const name = `${prefix}-${names.length}`;
      await makeService(admin, name);
      names.push(name);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  })();
  return {
    names,
    async end() {
      over = true;
      await making;
      return names;
    },
  };
}

t.test('of three that start at once one leads; killed in the midst of work it is followed within 15 s, and nothing is done twice', async (t) => {
  const { api, admin } = await plane(t);
  const schedulers = startInstances(t, api, 'scheduler', ['s1', 's2', 's3']);
  const reconcilers = startInstances(t, api, 'reconciler', ['r1', 'r2']);
  const first = await leaderOf(admin, 'scheduler');
  await waitFor(() => [...schedulers.values()].filter((each) => each.lines.some((line) => line.includes('"stands by"'))).length === 2, { what: 'two to stand by' });
  t.equal(first.spec.epoch, 1);
  const many = makeMany(admin, 'a');
  await waitFor(() => many.names.length >= 10, { what: 'work to begin' });
  for (const [role, instances] of [['scheduler', schedulers], ['reconciler', reconcilers]] as const) {
    const before = (await leaseOf(admin, role)).spec;
    instances.get(before.holder!)!.kill('SIGKILL');
    const killed = performance.now();
    const after = await leaderOf(admin, role, { before: before.holder });
    const seconds = (performance.now() - killed) / 1_000;
    t.comment(`${role}: another leads ${seconds.toFixed(1)} s after kill -9`);
    t.equal(after.spec.epoch, before.epoch + 1);
    t.ok(seconds <= 15, 'within 15 s');
  }
  const names = await many.end();
  await allReady(admin, names);
  const applies = await appliesOf(admin);
  t.same(names.filter((name) => applies.get(name) !== 1), [], 'one job for each service');
});

t.test('asked to stop, a leader gives its lease back and the next leads at once', async (t) => {
  const { api, admin } = await plane(t);
  const instances = startInstances(t, api, 'scheduler', ['s1', 's2']);
  const { spec } = await leaderOf(admin, 'scheduler');
  await waitFor(() => [...instances.values()].some((each) => each.lines.some((line) => line.includes('"stands by"'))), { what: 'one to stand by' });
  instances.get(spec.holder!)!.kill('SIGTERM');
  t.same(await instances.get(spec.holder!)!.exited, { code: 0, signal: null });
  const ended = performance.now();
  await leaderOf(admin, 'scheduler', { before: spec.holder });
  const seconds = (performance.now() - ended) / 1_000;
  t.comment(`another leads ${seconds.toFixed(1)} s after the end of the first`);
  t.ok(seconds < leadership.silenceSeconds - leadership.renewSeconds, 'sooner than its silence can have lasted');
});

t.test('a leader that was stopped for long and goes on leads no more, and does nothing', async (t) => {
  const { api, admin } = await plane(t);
  startInstances(t, api, 'reconciler', ['r1']);
  const instances = startInstances(t, api, 'scheduler', ['s1', 's2']);
  const { spec } = await leaderOf(admin, 'scheduler');
  const stopped = instances.get(spec.holder!)!;
  await allReady(admin, [(await makeService(admin, 'before')).metadata.name]);
  stopped.kill('SIGSTOP');
  await makeService(admin, 'meanwhile');
  const after = await leaderOf(admin, 'scheduler', { before: spec.holder });
  await allReady(admin, ['meanwhile']);
  stopped.kill('SIGCONT');
  await stopped.waitForLine(/"leads no more"/);
  await allReady(admin, [(await makeService(admin, 'afterwards')).metadata.name]);
  t.equal((await leaseOf(admin, 'scheduler')).spec.epoch, after.spec.epoch, 'it takes nothing back');
  t.same([...(await appliesOf(admin)).values()], [1, 1, 1]);
});

t.test('a write of a leader that arrives after another leads is refused', async (t) => {
  const { api, admin } = await plane(t);
  startInstances(t, api, 'reconciler', ['r1']);
  const proxy = await faultProxy({ target: api.url, t });
  const slow = startInstances(t, api, 'scheduler', ['slow'], { SPAWNIT_SERVER: proxy.endpoint }).get('slow')!;
  await leaderOf(admin, 'scheduler');
  await slow.waitForLine(/"msg":"ready"/);
  startInstances(t, api, 'scheduler', ['next']);
  await allReady(admin, [(await makeService(admin, 'before')).metadata.name]);
  proxy.holdRequests();
  await makeService(admin, 'late'); // The leader hears of it, and its answer is held on the way.
  await leaderOf(admin, 'scheduler', { before: 'slow' });
  await allReady(admin, ['late']);
  proxy.heal();
  const [refusal] = await api.program().waitForLine(/lease scheduler: next leads at epoch 2, and this write is of epoch 1/);
  t.comment(refusal);
  t.same([...(await appliesOf(admin)).values()], [1, 1]);
});

t.test('the restart of the apiserver changes no leader', async (t) => {
  const { api, admin } = await plane(t);
  startInstances(t, api, 'scheduler', ['s1', 's2']);
  startInstances(t, api, 'reconciler', ['r1', 'r2']);
  const before = [await leaderOf(admin, 'scheduler'), await leaderOf(admin, 'reconciler')];
  await api.restart();
  await allReady(admin, [(await makeService(admin, 'after')).metadata.name]);
  const after = [await leaseOf(admin, 'scheduler'), await leaseOf(admin, 'reconciler')];
  t.same(after.map(({ spec }) => [spec.holder, spec.epoch]), before.map(({ spec }) => [spec.holder, spec.epoch]));
});

t.test('with the store gone for longer than any lease nobody takes over meanwhile, and afterwards all goes on', async (t) => {
  const minio = await startMinio({ t });
  const env = { SPAWNIT_STORE: 's3', SPAWNIT_S3_ENDPOINT: minio.endpoint, SPAWNIT_S3_BUCKET: 'leases', AWS_ACCESS_KEY_ID: minio.accessKey, AWS_SECRET_ACCESS_KEY: minio.secretKey };
  const { api, admin } = await plane(t, env);
  const instances = new Map<string, Program>([...startInstances(t, api, 'scheduler', ['s1', 's2']), ...startInstances(t, api, 'reconciler', ['r1', 'r2'])]);
  startControllerProgram(t, api, 'drift-controller');
  const before = [await leaderOf(admin, 'scheduler'), await leaderOf(admin, 'reconciler')];
  await allReady(admin, [(await makeService(admin, 'before')).metadata.name]);
  await minio.kill('SIGKILL');
  for (const { spec } of before) await instances.get(spec.holder!)!.waitForLine(/"leads no more"/);
  const gone = performance.now();
  await waitFor(() => performance.now() - gone >= 2 * leadership.silenceSeconds * 1_000, { what: 'twice the time of silence to pass', everyMs: 500 });
  for (const [name, { lines }] of instances) t.equal(lines.filter((line) => line.includes('"leads"')).length, before.some(({ spec }) => spec.holder === name) ? 1 : 0, `${name} has not begun to lead meanwhile`);
  await minio.restart();
  await allReady(admin, [(await waitFor(() => makeService(admin, 'after'), { what: 'the store to be back' })).metadata.name]);
  const after = [await leaseOf(admin, 'scheduler'), await leaseOf(admin, 'reconciler')];
  // Those of before, unless the machine is so slow that they are not heard in time afterwards.
  for (const [i, { spec }] of after.entries()) t.ok(spec.epoch - before[i]!.spec.epoch! <= 1, `${spec.holder} leads at epoch ${spec.epoch}`);
  t.same([...(await appliesOf(admin)).values()], [1, 1]);
});
