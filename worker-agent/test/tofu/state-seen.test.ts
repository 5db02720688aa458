import { spawnProgram } from '@spawnit/testkit';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import type { ModuleBundle, RunInputs } from '@spawnit/contract';
import { parseMessage, type TofuMessage } from '../../src/tofu/messages.js';
import { mustHaveSeen } from '../../src/tofu/state-seen.js';
import { agentConfig, runJob, serviceFor } from '../deployment.js';
import { startApiserverStandIn } from '../stand-ins/apiserver-stand-in.js';

t.setTimeout(600_000);

/** Real things that need no provider beside tofu itself. */
const bundle: ModuleBundle = {
  root: '.',
  files: { 'main.tf': 'variable "spawnit" { type = any }\nvariable "text" { default = "one" }\nresource "terraform_data" "kept" {\n  count = 2\n  input = var.text\n}\n' },
};

t.test('what answers in the apiserver’s place is not believed that there is no state: by no apply, plan or destroy', async (t) => {
  const api = await startApiserverStandIn(t);
  const config = agentConfig(t, api.url, { warmProviders: false });
  spawnProgram({ name: 'agent', entry: fileURLToPath(new URL('../programs/agent.js', import.meta.url)), args: [JSON.stringify(config)], t });
  const plain = await serviceFor(t, api, { binding: 'Remote', provider: 'terraform', variables: {} }, bundle);
  t.equal((await runJob(api, plain, 'Apply')).finish.phase, 'Succeeded');
  const key = `${plain.namespace}/${plain.service}`;
  const written = api.states.get(key)!;
  const inputs: RunInputs = { ...plain, variables: { text: 'two' } };
  api.statesReplaced = true;
  for (const type of ['Apply', 'Plan', 'Destroy'] as const) {
    const { finish } = await runJob(api, inputs, type);
    t.match(finish, { phase: 'Failed', error: { cause: 'StateConflict', summary: /told that there is no state/, retryable: true } }, type);
  }
  // Of a destroy tofu writes a state without anything; the server would refuse it for its lineage.
  api.states.set(key, written);
  api.statesReplaced = false;
  t.match((await runJob(api, inputs, 'Apply')).finish, { phase: 'Succeeded', plan: { change: 2 } });
  t.match((await runJob(api, inputs, 'Destroy')).finish, { phase: 'Succeeded', plan: { destroy: 2 } });
});

t.test('tofu that has looked at anything the state knows, or lets go of it, was given one', async (t) => {
  const planned = (action: string): TofuMessage => ({ type: 'planned_change', change: { resource: { addr: 'a.b' }, action } });
  const looked = parseMessage('{"@level":"info","hook":{"resource":{"addr":"a.b"},"id_key":"id","id_value":"1"},"type":"refresh_start"}')!;
  const seen = (resources: number | undefined, ...messages: TofuMessage[]) => () => mustHaveSeen({ resources }, messages);
  t.doesNotThrow(seen(1, looked));
  for (const action of ['update', 'delete', 'replace', 'forget', 'move']) t.doesNotThrow(seen(1, planned(action)), action);
  t.doesNotThrow(seen(0, planned('create')), 'a state that knows of nothing is like none');
  t.doesNotThrow(seen(undefined, planned('create')), 'a server of before does not say');
  for (const messages of [[], [planned('create'), planned('read')]]) t.throws(seen(1, ...messages), { error: { cause: 'StateConflict', detail: /knows 1 real thing\./ } } as never);
});
