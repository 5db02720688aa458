import { docker } from '@spawnit/testkit';
import { helloImage } from '@spawnit/local';
import t, { type Test } from 'tap';
import { startAgent } from '../agent-in-process.js';
import { agentConfig, runJob, serviceFor } from '../deployment.js';
import { startApiserverStandIn } from '../stand-ins/apiserver-stand-in.js';
import { everythingBundle } from './agreement-module.js';
import { told } from './checked.js';

// Real tofu on a busy machine, a plan or two after each change.
t.setTimeout(900_000);

interface Scene {
  names: Record<'box' | 'net' | 'other' | 'volume' | 'tag' | 'another', string>;
  apply(): Promise<void>;
  /** Has both look, and us once more, and compares. */
  compare(what: string): Promise<void>;
  seen: { changes: number; drifted: number; byReads: number };
}

/** A service, an agent that checks it our way, and one that knows only usual full plans. */
async function sideBySide(t: Test, network: boolean): Promise<Scene> {
  const [api, usual] = [await startApiserverStandIn(t), await startApiserverStandIn(t)];
  startAgent(t, agentConfig(t, api.url));
  startAgent(t, agentConfig(t, usual.url, { warmProviders: false }));
  const bundle = everythingBundle({ network });
  const inputs = await serviceFor(t, api, {}, bundle);
  usual.bundles.set(inputs.module, bundle);
  const { namespace } = inputs;
  const names = { box: `${namespace}.box`, net: `${namespace}.net`, other: `${namespace}.other`, volume: `${namespace}.data`, tag: `spawnit-${namespace}:1`, another: `spawnit-${namespace}:2` };
  inputs.variables = { image: names.tag };
  t.teardown(async () => {
    await docker(['rm', '--force', '--volumes', names.box, `${names.box}-2`]).catch(() => undefined);
    await docker(['network', 'rm', names.net, names.other]).catch(() => undefined);
    await docker(['volume', 'rm', '--force', names.volume]).catch(() => undefined);
    await docker(['rmi', '--force', names.tag, names.another]).catch(() => undefined);
  });
  await docker(['tag', helloImage, names.tag]);
  await docker(['network', 'create', names.other]);
  if (!network) await docker(['network', 'create', names.net]);
  const seen = { changes: 0, drifted: 0, byReads: 0 };
  const compare = async (what: string) => {
    const ours = await told(api, inputs);
    const theirs = await told(usual, inputs, api);
    t.equal(ours.verdict, theirs.verdict, `${what}: ${theirs.verdict}, told by ${ours.by}`);
    t.same(ours.fields, theirs.fields, `${what}: field by field`);
    const again = await told(api, inputs);
    t.match({ ...again, fields: [] }, { verdict: theirs.verdict }, `${what}: and once more, told by ${again.by}`);
    t.same(again.fields, theirs.fields);
    seen.changes += 1;
    // The provider lists a container's networks in any order, which only a plan can say is nothing.
    seen.byReads += again.by === 'Reads' ? 1 : 0;
    seen.drifted += theirs.verdict === 'Drifted' ? 1 : 0;
  };
  const apply = async () => void t.equal((await runJob(api, inputs, 'Apply')).finish.phase, 'Succeeded');
  return { names, apply, compare, seen };
}

/** In this order: each is seen from where the one before has left the world. */
async function make({ apply, compare }: Scene, changes: [string, ...string[][]][]): Promise<void> {
  await apply();
  for (const [what, ...commands] of changes) {
    for (const command of commands) await (command[0] === 'apply' ? apply() : docker(command));
    await compare(what);
  }
}

t.test('after each change by hand of a container, its volume and its image, a check says what a usual full plan says', async (t) => {
  const scene = await sideBySide(t, false);
  const { box, net, other, volume, tag, another } = scene.names;
  await make(scene, [
    ['container stopped', ['stop', '--time', '0', box]],
    ['container started again', ['start', box]],
    ['container killed', ['kill', box]],
    ['container started after that', ['start', box]],
    ['container paused', ['pause', box]],
    ['container unpaused', ['unpause', box]],
    ['container restarted', ['restart', '--time', '0', box]],
    ['container renamed', ['rename', box, `${box}-2`]],
    ['container renamed back', ['rename', `${box}-2`, box]],
    ['memory raised', ['update', '--memory', '96m', '--memory-swap', '-1', box]],
    ['memory put back', ['update', '--memory', '64m', '--memory-swap', '-1', box]],
    ['CPU shares changed', ['update', '--cpu-shares', '256', box]],
    ['CPU shares put back', ['update', '--cpu-shares', '512', box]],
    ['restart policy changed', ['update', '--restart', 'always', box]],
    ['restart policy put back', ['update', '--restart', 'no', box]],
    ['restarted up to three times', ['update', '--restart', 'on-failure:3', box]],
    ['never restarted again', ['update', '--restart', 'no', box]],
    ['memory reserved', ['update', '--memory-reservation', '32m', box]],
    ['swap taken away', ['update', '--memory', '64m', '--memory-swap', '64m', box]],
    ['CPU set pinned', ['update', '--cpuset-cpus', '0', box]],
    ['CPU quota set', ['update', '--cpus', '0.5', box]],
    ['process limit set', ['update', '--pids-limit', '99', box]],
    ['all of that made anew', ['apply']],
    ['network disconnected', ['network', 'disconnect', net, box]],
    ['network connected without its alias', ['network', 'connect', net, box]],
    ['network connected with another alias', ['network', 'disconnect', net, box], ['network', 'connect', '--alias', 'other', net, box]],
    ['another container in its network', ['create', '--name', `${box}-2`, '--network', net, tag]],
    ['that one gone', ['rm', '--force', `${box}-2`]],
    ['another network connected', ['network', 'connect', other, box]],
    ['the other network disconnected', ['network', 'disconnect', other, box]],
    ['a program run in the container', ['exec', box, '/bin/busybox', 'true']],
    ['a file written to the volume', ['exec', box, '/bin/busybox', 'touch', '/data/by-hand']],
    ['a file written to the container', ['exec', box, '/bin/busybox', 'touch', '/by-hand']],
    ['the image given one more tag', ['tag', tag, another]],
    ['the image of the tag another one', ['commit', '--change', 'LABEL by=hand', box, tag]],
    ['the tag put back', ['tag', helloImage, tag]],
    ['the tag gone', ['rmi', tag]],
    ['the tag there again', ['tag', helloImage, tag]],
    ['container removed', ['rm', '--force', box]],
    ['a container of its name that is not it', ['create', '--name', box, tag]],
    ['container there again', ['rm', '--force', box]],
    ['made anew', ['apply']],
    ['volume removed', ['rm', '--force', box], ['volume', 'rm', volume]],
    ['volume there again without labels', ['volume', 'create', volume]],
    ['volume with the labels of another', ['volume', 'rm', volume], ['volume', 'create', '--label', 'a=b', volume]],
    ['all made anew', ['volume', 'rm', volume], ['apply']],
  ]);
  t.ok(scene.seen.changes >= 42 && scene.seen.drifted >= 15 && scene.seen.byReads >= 30, JSON.stringify(scene.seen));
});

t.test('after each change by hand of a network, a check says what a usual full plan says', async (t) => {
  const scene = await sideBySide(t, true);
  const { box, net } = scene.names;
  await make(scene, [
    ['nothing changed'],
    ['network removed', ['rm', '--force', box], ['network', 'rm', net]],
    ['network of its name, another one', ['network', 'create', net]],
    ['network with other options', ['network', 'rm', net], ['network', 'create', '--internal', net]],
    ['all made anew', ['network', 'rm', net], ['apply']],
  ]);
  t.ok(scene.seen.drifted >= 3 && scene.seen.byReads >= 4, JSON.stringify(scene.seen));
});
