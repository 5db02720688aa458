import { docker, waitFor } from '@spawnit/testkit';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { request } from 'undici';
import { startAgent } from './agent-in-process.js';
import { agentConfig, runJob, serviceFor } from './deployment.js';
import { startApiserverStandIn } from './stand-ins/apiserver-stand-in.js';

async function answers(port: number): Promise<boolean> {
  const { statusCode, body } = await request(`http://127.0.0.1:${port}/`);
  await body.dump();
  return statusCode === 200;
}

// Real tofu on a busy machine; the runner's own bound is the same.
t.setTimeout(600_000);

t.test('an assigned job becomes a container that answers, is changed field by field, and is destroyed without a trace', async (t) => {
  const api = await startApiserverStandIn(t);
  const config = agentConfig(t, api.url);
  const agent = startAgent(t, config);
  const inputs = await serviceFor(t, api);

  const applied = await runJob(api, inputs, 'Apply');
  t.equal(applied.finish.phase, 'Succeeded', `${JSON.stringify(applied.finish.error)} ${agent.lines.join('')}`);
  t.ok(await waitFor(() => answers(inputs.port), { what: 'the container to answer' }));
  t.match(applied.finish.plan, { add: 3, change: 0, destroy: 0 });
  t.same(applied.finish.outputs?.['url'], { value: `http://127.0.0.1:${inputs.port}` });
  t.match(applied.log, /Apply complete! Resources: 3 added/);
  t.equal(applied.finish.log?.bytes, Buffer.byteLength(applied.log));
  t.match(api.progress.at(-1)?.stages, [{ name: 'init' }, { name: 'apply' }, { name: 'verify' }]);

  const changed = await runJob(api, { ...inputs, variables: { ...inputs.variables, limits: { memory_mb: 64 } } }, 'Apply');
  t.equal(changed.finish.phase, 'Succeeded', JSON.stringify(changed.finish.error));
  const memory = changed.finish.plan?.changes.find(({ address }) => address === 'docker_container.this')?.fields.find(({ field }) => field === 'memory');
  t.match(memory, { after: '64' });
  t.notOk(changed.finish.stages?.some(({ name }) => name === 'init'), 'the workdir is warm');

  const destroyed = await runJob(api, inputs, 'Destroy');
  t.match(destroyed.finish, { phase: 'Succeeded', remaining: 0, plan: { destroy: 3 } });
  t.equal(await docker(['ps', '--all', '--quiet', '--filter', `label=spawnit.dev/uid=${inputs.serviceUid}`]), '');
  t.notOk(existsSync(join(config.dataDir, 'workdirs/services', inputs.serviceUid)), 'no workdir is left');
  await agent.stop();
  t.same(readdirSync(join(config.dataDir, 'runs')), [], 'neither a run nor what was ready for the next has left anything');
});
