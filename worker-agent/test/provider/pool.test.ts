import { execFile } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { tempDir, waitFor, type Teardown } from '@spawnit/testkit';
import t from 'tap';
import { providersOf } from '../../src/drift/providers.js';
import { ProviderPool, type PoolOptions, type ProviderKind } from '../../src/provider/pool.js';
import { Recording } from '../../src/provider/recording.js';
import { agentConfig } from '../deployment.js';
import { fakeProvider } from '../stand-ins/path.js';

t.setTimeout(600_000);

const config = agentConfig(t, 'http://unused');

function poolFor(t: Teardown, bounds: PoolOptions['bounds'] = {}) {
  const time = { now: 0 };
  const failures: string[] = [];
  const pool = new ProviderPool({ environment: () => config.tofuEnvironment.common, socketDir: tempDir(t), clock: () => time.now, bounds, onFailure: (_kind, { message }) => void failures.push(message) });
  t.teardown(() => pool.close());
  return { pool, time, failures };
}

/** Has tofu plan a module through the pool, and gives what it configured the provider with. */
async function planned(t: Teardown, pool: ProviderPool, provider = ''): Promise<{ kind: ProviderKind; request: Buffer; environment: Record<string, string> }> {
  const dir = tempDir(t);
  writeFileSync(join(dir, 'main.tf'), `terraform {\n  required_providers {\n    docker = { source = "kreuzwerker/docker" }\n  }\n}\n${provider}\nresource "docker_volume" "x" {\n  name = "never-made"\n}\n`);
  const env = { ...config.tofuEnvironment.common, TF_CLI_CONFIG_FILE: config.tofuCliConfig! };
  const tofu = (args: string[], more: object = {}) => promisify(execFile)(config.tofu, args, { cwd: dir, env: { ...env, ...more } });
  await tofu(['init', '-no-color']);
  const [kind] = await providersOf(dir, 'Engine');
  const requests: Buffer[] = [];
  const listening = {
    call: pool.call.bind(pool),
    constant: pool.constant.bind(pool),
    use: pool.use.bind(pool),
    configured: (of: ProviderKind, method: string, request: Buffer) => {
      requests.push(request);
      return pool.configured(of, method, request);
    },
  };
  const recording = await Recording.start({ pool: listening, providers: [{ kind: kind!, protocol: await pool.protocolOf(kind!) }], dir, id: 'r' });
  try {
    await tofu(['plan', '-no-color', '-input=false'], recording.environment);
    // A plan is all that it may be used for.
    await promisify(execFile)(config.tofu, ['apply', '-no-color', '-auto-approve', '-input=false'], { cwd: dir, env: { ...env, ...recording.environment } }).then(
      () => {
        throw new Error('an apply got through');
      },
      (error: { stderr: string }) => {
        if (!/ApplyResourceChange method is not supported/.test(error.stderr)) throw error as unknown as Error;
      },
    );
  } finally {
    await recording.close();
  }
  return { kind: kind!, request: requests[0]!, environment: recording.environment };
}

t.test('one process for all that are configured alike, another for others; an apply does not get through', async (t) => {
  const { pool, failures } = poolFor(t);
  const first = await planned(t, pool);
  const again = await planned(t, pool);
  t.same(again.request, first.request);
  t.equal(pool.processes.length, 1);
  await planned(t, pool, 'provider "docker" {\n  host = "unix:///var/run/docker.sock"\n}');
  t.equal(pool.processes.length, 2, 'whose configuration differs has a process of its own');
  t.same(failures, []);
});

t.test('a process that is idle is ended, and started again when it is wanted', async (t) => {
  const { pool, time } = poolFor(t, { idleMs: 1_000 });
  const { kind, request } = await planned(t, pool);
  const [before] = pool.processes;
  time.now += 1_001;
  pool.look();
  t.same(pool.processes, []);
  await pool.configured(kind, 'ConfigureProvider', request);
  t.equal(pool.processes.length, 1);
  t.not(pool.processes[0], before);
});

t.test('one that was started and never configured is ended when idle, and given to nobody after that', async (t) => {
  const { kind, request } = await planned(t, poolFor(t).pool);
  const { pool, time, failures } = poolFor(t, { idleMs: 1_000 });
  await pool.protocolOf(kind);
  t.equal(pool.processes.length, 1);
  time.now += 1_001;
  pool.look();
  t.same(pool.processes, []);
  const { provider } = await pool.configured(kind, 'ConfigureProvider', request);
  t.same(pool.processes, [provider.process.pid]);
  t.same(failures, []);
});

t.test('a process that has grown too large gives way to another', async (t) => {
  const { pool, failures } = poolFor(t, { residentBytes: 1_000 });
  const { kind, request } = await planned(t, pool);
  const [before] = pool.processes;
  pool.look();
  await waitFor(() => pool.processes.length === 0, { what: 'the large one to be gone' });
  const { provider } = await pool.configured(kind, 'ConfigureProvider', request);
  t.not(provider.process.pid, before);
  t.same(failures, [], 'which is no failure');
});

t.test('a process that was configured long ago gives way to another, but not in the middle of a plan', async (t) => {
  const { pool, time, failures } = poolFor(t, { ageMs: 1_000, lingerMs: 100 });
  const { kind, request } = await planned(t, pool);
  const before = await pool.configured(kind, 'ConfigureProvider', request);
  await pool.use(before, async () => void (time.now += 1_001));
  pool.look();
  const another = async () => {
    const after = await pool.configured(kind, 'ConfigureProvider', request);
    return after.provider !== before.provider && after;
  };
  const { provider } = await waitFor(another, { what: 'another to be given' });
  t.equal(before.provider.retired, false, 'who has it may ask it more');
  time.now += 101;
  pool.look();
  t.same(pool.processes, [provider.process.pid]);
  t.same(failures, [], 'which is no failure');
});

t.test('a process that hangs fails its call, is not used again, and is left alone for a while', async (t) => {
  const { pool, time, failures } = poolFor(t, { callMs: 3_000 });
  const { kind, request } = await planned(t, pool);
  const configured = await pool.configured(kind, 'ConfigureProvider', request);
  const { pid } = configured.provider.process;
  process.kill(pid, 'SIGSTOP');
  // Its threads stop one by one: one that still runs might answer.
  await waitFor(() => readdirSync(`/proc/${pid}/task`).every((thread) => readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8').includes(') T ')), { what: 'the provider to stand still' });
  await t.rejects(pool.use(configured, (provider) => provider.call('ReadResource', Buffer.alloc(0))), { name: 'ProviderFailure', message: /no answer within 3000 ms/ });
  t.equal(failures.length, 1);
  await t.rejects(pool.configured(kind, 'ConfigureProvider', request), { message: /left alone for a while/ });
  time.now += 1_001;
  await waitFor(() => pool.configured(kind, 'ConfigureProvider', request).then(() => true, () => void (time.now += 300_000)), { what: 'another process' });
});

t.test('a provider that says nothing, or speaks what is not known, can not be started', async (t) => {
  const { pool, failures } = poolFor(t, { startMs: 2_000 });
  for (const [file, why] of [['that-hangs', /no handshake within 2000 ms/], ['of-old', /handshake is not known: 1\|4/]] as const) {
    await t.rejects(pool.protocolOf({ address: 'a/b/c', binary: fakeProvider(file), binding: 'Engine' }), { name: 'ProviderFailure', message: why });
  }
  await t.rejects(pool.protocolOf({ address: 'a/b/c', binary: '/nowhere', binding: 'Engine' }), { name: 'ProviderFailure' });
  t.equal(failures.length, 3);
  t.same(pool.processes, []);
});
