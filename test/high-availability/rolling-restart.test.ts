import { ApiError, Client } from '@spawnit/contract';
import { startControllerProgram, startStandInAgent, type Apiserver, type Program } from '@spawnit/testkit';
import t from 'tap';
import { allReady, appliesOf, leaderOf, makeService } from './controllers.js';
import { startCluster } from './servers.js';

t.setTimeout(600_000);

const controllers = ['scheduler', 'reconciler', 'drift-controller'] as const;

for (const [signal, how] of [['SIGTERM', 'in order'], ['SIGKILL', 'at a stroke']] as const) {
  t.test(`every apiserver and controller is restarted ${how}, one after the other, while services are made and changed through the balancer: all end as declared, nothing is done twice, and no patient client sees an error`, async (t) => {
    const { servers, balancer } = await startCluster(t, 2);
    const through = { ...servers[0]!, url: balancer.url } as Apiserver;
    const patient = new Client({ server: balancer.url, token: servers[0]!.token('admin'), patienceMs: 15_000 });
    t.teardown(() => patient.close());
    await startStandInAgent(t, through, { name: 'n1', slots: 16 });
    const instances = new Map<string, Program>();
    const start = (role: (typeof controllers)[number], name: string) => instances.set(name, startControllerProgram(t, through, role, { SPAWNIT_INSTANCE: name }));
    for (const role of controllers) for (const n of [1, 2]) start(role, `${role}-${n}`);
    for (const role of controllers) await leaderOf(patient, role);

    const load = makeAndChange(patient);
    for (const server of servers) await server.restart(signal);
    for (const role of controllers)
      for (const n of [1, 2]) {
        const program = instances.get(`${role}-${n}`)!;
        program.kill(signal);
        await program.exited;
        start(role, `${role}-${n}`);
        await leaderOf(patient, role);
      }
    const { names, errors } = await load.end();
    t.comment(`${names.length} services`);
    // Only who is killed leaves a client in doubt: such a write is not sent twice, and is done or not.
    t.same(signal === 'SIGKILL' ? errors.filter((error) => !/^Unreachable/.test(error)) : errors, [], 'no error that a client should not see');
    await allReady(patient, names);
    const applies = await appliesOf(patient);
    const twice = await unexplained(patient, names, applies);
    t.same(twice, [], 'as many jobs as there were generations to apply, at most');
  });
}

/** Makes services, and changes each once after it was made. */
function makeAndChange(client: Client) {
  let over = false;
  const names: string[] = [];
  const errors: string[] = [];
  const note = (error: unknown) => void errors.push(ApiError.is(error) ? `${error.code}: ${error.message}` : String(error));
  const working = (async () => {
    for (let i = 0; !over && i < 150; i++) {
      await makeService(client, `s-${i}`).then(() => names.push(`s-${i}`), note);
      if (i > 2) await client.services.patch(`s-${i - 3}`, 'default', { spec: { environment: 'staging' } }).catch(note);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  })();
  return {
    async end() {
      over = true;
      await working;
      return { names, errors };
    },
  };
}

async function unexplained(client: Client, names: string[], applies: Map<string, number>): Promise<string[]> {
  const services = (await client.services.list({ namespace: 'default' })).items;
  const generation = new Map(services.map(({ metadata }) => [metadata.name, metadata.generation ?? 1]));
  return names.flatMap((name) => ((applies.get(name) ?? 0) > generation.get(name)! ? [`${name}: ${applies.get(name)} jobs for ${generation.get(name)} generations`] : []));
}
