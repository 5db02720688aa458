import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { findState } from '../../src/state/records.js';
import { HandAgent, running, startPlane, type Plane } from '../agent/plane.js';
import { httpFaults, type HttpFault, type HttpFaults } from './http-faults.js';
import { Tofu } from './tofu.js';

const lockJson = JSON.stringify({ ID: 'another', Who: 'someone', Operation: 'apply' });
const faults: Record<string, HttpFault> = {
  'a 500': { kind: 'status', status: 500 },
  'a 502': { kind: 'status', status: 502, body: '<html>bad gateway</html>' },
  'a 503': { kind: 'status', status: 503, headers: { 'retry-after': '1' } },
  'a 429': { kind: 'status', status: 429, headers: { 'retry-after': '1' } },
  'a 409': { kind: 'status', status: 409, body: lockJson },
  'a 503 for what was done': { kind: 'status', status: 503, done: true },
  'a reset': { kind: 'reset' },
  'a reset, done': { kind: 'reset', done: true },
  'a hang and a reset, done': { kind: 'reset', done: true, afterMs: 1_500 },
  'half an answer': { kind: 'half' },
  'a late answer': { kind: 'slow', ms: 1_500 },
  'no server for 1.5 s': { kind: 'refuse', ms: 1_500 },
};
/** Each with the method that fails; the write of a change comes when there is a state already. */
const phases = { locking: 'LOCK', reading: 'GET', 'the first write': 'POST', 'the write of a change': 'POST', unlocking: 'UNLOCK' } as const;

interface Lane {
  plane: Plane;
  agent: HandAgent;
  proxy: HttpFaults;
  tofu: Tofu;
}
interface Case {
  name: string;
  service: string;
  fault: HttpFault;
  phase: keyof typeof phases;
}

/** Empty when nothing was lost: after the fault tofu gets to what was declared, with each thing made once. */
async function problemsOf({ plane, agent, proxy, tofu }: Lane, { service, fault, phase }: Case): Promise<string[]> {
  const { claim } = await running(plane, agent, service);
  const state = { ...claim.inputs.state, address: claim.inputs.state.address.replace(plane.url, proxy.url) };
  const record = () => findState(plane.context.registry.view, 'default', claim.inputs.serviceUid);
  const problems: string[] = [];
  if (phase === 'the write of a change') await tofu.apply(state, { text: 'before' });
  const lineage = record()?.current?.lineage;
  proxy.next(phases[phase], fault);
  const hurt = await tofu.apply(state, { text: 'x' }, '-lock-timeout=10s');
  const left = join(tofu.dir, 'errored.tfstate');
  if (existsSync(left)) {
    const authorization = `Basic ${Buffer.from(`x:${state.password}`).toString('base64')}`;
    const recovered = await fetch(`${state.address}/recover`, { method: 'POST', body: readFileSync(left), headers: { authorization } });
    if (recovered.status !== 200) problems.push(`the state that was left was not taken: ${recovered.status}`);
    rmSync(left);
  }
  const made = record()?.current;
  if (hurt.code === 0 && made?.resources !== 4) problems.push(`tofu succeeded, and the state has ${made?.resources} resources`);
  // A lock may be left when its answer was lost; the next claim of the job gives it up.
  if (record()?.lock) await agent.claim((await plane.as('admin').jobs.get(state.username, 'default')) as never);
  const again = await tofu.apply(state, { text: 'x' });
  if (again.code !== 0) problems.push(`the next apply fails: ${again.output}`);
  if (made && !again.output.includes('0 added, 0 changed, 0 destroyed')) problems.push(`what was made was not known: ${again.output}`);
  if (lineage !== undefined && record()?.current?.lineage !== lineage) problems.push('the lineage changed');
  if (record()?.lock) problems.push('the lock is still held');
  return problems;
}

t.test('tofu loses nothing by any fault at any phase of its state', async (t) => {
  t.setTimeout(600_000);
  const plane = await startPlane(t);
  const agent = await HandAgent.join(t, plane, 'n1');
  const { claim } = await running(plane, agent, 'init');
  const cases: Case[] = Object.entries(faults).flatMap(([name, fault], f) =>
    (Object.keys(phases) as (keyof typeof phases)[]).map((phase, p) => ({ name: `${name} while ${phase}`, service: `s-${f}-${p}`, fault, phase })),
  );
  const lanes = await Promise.all(Array.from({ length: 4 }, async () => ({ plane, agent, proxy: await httpFaults(t, plane.url), tofu: await Tofu.of(t, plane, claim) })));
  const waiting = [...cases];
  const outcomes = new Map<string, string[]>();
  await Promise.all(
    lanes.map(async (lane) => {
      for (let one = waiting.shift(); one; one = waiting.shift()) outcomes.set(one.name, await problemsOf(lane, one));
    }),
  );
  for (const { name } of cases) t.same(outcomes.get(name), [], name);
});
