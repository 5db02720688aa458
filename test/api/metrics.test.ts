import { ledRoles } from '@spawnit/contract';
import { checkout, ensureProviders, toolPath } from '@spawnit/local';
import { freePort, programEntry, spawnProgram, startApiserver, startControllerProgram, tempDir, waitFor, type Apiserver } from '@spawnit/testkit';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';

t.setTimeout(600_000);

const ofEveryProgram = ['process_open_fds', 'process_max_fds', 'process_resident_memory_bytes', 'process_cpu_seconds_total', 'nodejs_heap_size_used_bytes', 'nodejs_eventloop_lag_seconds'];

t.test('docs/metrics.md names what each program serves, and nothing else', async (t) => {
  const api = await startApiserver(t);
  const ports = await Promise.all([...ledRoles, 'worker-agent'].map(freePort));
  ledRoles.forEach((name, i) => startControllerProgram(t, api, name, { SPAWNIT_METRICS_PORT: String(ports[i]) }));
  await startAgent(t, api, ports.at(-1)!);
  const served = new Map<string, string>([['apiserver', await textAt(`${api.url}/metrics`, api.token('admin'))]]);
  for (const [i, name] of [...ledRoles, 'worker-agent'].entries()) served.set(name, await textAt(`http://127.0.0.1:${ports[i]}/metrics`));

  for (const [program, text] of served) {
    const names = helped(text);
    t.same(names.filter((name) => name.startsWith('spawnit_')).sort(), documented(program).sort(), `${program} serves what is documented`);
    for (const name of ofEveryProgram) t.ok(names.includes(name), `${program} serves ${name}`);
  }
});

async function startAgent(t: Test, api: Apiserver, port: number): Promise<void> {
  const { cliConfigFile } = await ensureProviders();
  const env = { SPAWNIT_SERVER: api.url, SPAWNIT_NODE_NAME: 'n1', SPAWNIT_JOIN_TOKEN_FILE: api.tokenFile('join'), SPAWNIT_DATA_DIR: tempDir(t), SPAWNIT_TOFU: toolPath('opentofu'), SPAWNIT_TOFU_CLI_CONFIG: cliConfigFile, SPAWNIT_METRICS_PORT: String(port) };
  spawnProgram({ t, name: 'worker-agent', entry: programEntry('worker-agent'), env });
  const ready = async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).status === 200;
  await waitFor(ready, { what: 'the agent to have its lease' });
}

async function textAt(url: string, token?: string): Promise<string> {
  const read = async () => {
    const answer = await fetch(url, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } });
    const text = await answer.text();
    // A loop shows its queue once it has begun.
    return answer.ok && (token !== undefined || /spawnit_(cache_objects|agent_jobs)\b/.test(text)) ? text : undefined;
  };
  return waitFor(read, { what: `metrics at ${url}` });
}

function helped(text: string): string[] {
  return [...text.matchAll(/^# HELP (\S+) \S/gm)].map((m) => m[1]!);
}

function documented(program: string): string[] {
  const page = readFileSync(join(checkout, 'docs', 'metrics.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `(\w+)` \| ([\w-]+) \|/gm)];
  const groups = [program, ...(ledRoles.some((name) => name === program) ? ['controllers'] : [])];
  return rows.filter(([, , group]) => groups.includes(group!)).map(([, name]) => name!);
}
