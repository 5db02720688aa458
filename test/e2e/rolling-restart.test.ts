import { freePort } from '@spawnit/testkit';
import { controllers } from '@spawnit/local';
import t from 'tap';
import { openScene, twoAgents, type Scene } from './scene.js';

const ways = { 'in order': 'stop', 'at a stroke': 'killNow' } as const;

for (const [how, end] of Object.entries(ways)) {
  t.test(`every process of the star is restarted ${how}, agents too, while services are made: each ends as one container, and what ran before is not touched`, { timeout: 600_000 }, async (t) => {
    const scene = await openScene(t);
    await scene.post('steady', await freePort());
    await scene.phase('steady', 'Ready');
    const [container] = await scene.containers('steady');
    const names = ['steady'];
    for (const program of ['apiserver', ...controllers, ...twoAgents.map(({ name }) => name)]) {
      const name = `during-${program}`;
      await scene.post(name, await freePort());
      names.push(name);
      await scene.star.process(program)[end]();
      await startAgain(scene, program);
    }
    for (const name of names) {
      await scene.phase(name, 'Ready');
      t.equal((await scene.containers(name)).length, 1, `${name} is one container`);
    }
    t.same(await scene.containers('steady'), [container], 'the container of before runs on');
    const jobs = (await scene.client.jobs.list({ namespace: scene.namespace })).items;
    const failed = jobs.filter(({ status }) => status?.phase === 'Failed');
    t.same(failed.map(({ metadata, status }) => `${metadata.name}: ${status?.error?.cause}`).filter((line) => !/LeaseLost|Crashed/.test(line)), [], 'no run failed of anything but the restart of its agent');
    for (const name of names) t.equal(jobs.filter(({ spec, status }) => spec.service === name && status?.phase === 'Succeeded').length, 1, `${name} was applied with success once`);
  });
}

async function startAgain({ star }: Scene, program: string): Promise<void> {
  if (program === 'apiserver') return star.startApiserver();
  const agent = twoAgents.find(({ name }) => name === program);
  if (agent) star.startAgent(agent);
  else star.startController(program as (typeof controllers)[number]);
}
