import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { networkOf, type ClaimAnswer, type FinishRequest, type PlanSummary } from '@spawnit/contract';
import { refuseNamesakes } from '../docker/namesakes.js';
import { removeOrphans, removeRemains } from '../docker/orphans.js';
import { fail } from '../errors/causes.js';
import { summarize, summarizeMessages } from '../plan/summary.js';
import type { TofuMessage } from '../tofu/messages.js';
import { restartableIn } from '../tofu/restartable.js';
import { mustHaveSeen } from '../tofu/state-seen.js';
import { readState } from '../tofu/state.js';
import { outputsOf } from './outputs.js';
import { attachProviders } from './own-providers.js';
import type { NodeParts } from './parts.js';
import type { Run } from './run.js';
import type { Stages } from './stages.js';
import { verify } from './verify.js';
import { Workspace } from './workspace.js';

export interface Performance {
  parts: NodeParts;
  run: Run;
  claim: ClaimAnswer;
  stages: Stages;
  /** Told as soon as it is known what will be done. */
  onPlan: (plan: PlanSummary) => void;
  /** A line for the job's log. */
  say: (line: string) => void;
}
type Result = Pick<FinishRequest, 'plan' | 'outputs' | 'remaining'>;

const common = ['-input=false', '-no-color'];

/** Does what a job asks for; throws a RunFailure when it can't be done. */
export async function perform(work: Performance): Promise<Result> {
  if (work.claim.type === 'Destroy') return destroy(work);
  if (work.claim.type === 'Apply') return apply(work);
  const workspace = await open(work);
  return { plan: await summaryOf(work, workspace, await plan(work, workspace)) };
}

async function open({ parts, run, claim, stages }: Performance): Promise<Workspace> {
  const workspace = await Workspace.open(parts, run, claim.inputs, (init) => stages.run('init', init));
  await attachProviders(parts, run, claim.inputs, workspace.path);
  return workspace;
}

async function apply(work: Performance): Promise<Result> {
  const { claim, stages, run } = work;
  const { binding, serviceUid, state } = claim.inputs;
  const [workspace] = await Promise.all([open(work), binding === 'Engine' ? makeReady(work) : undefined]);
  run.mustGoOn();
  const since = Date.now();
  const nothingYet = state.serial === undefined && claim.approvedPlan === undefined;
  const done = nothingYet ? await applyAtOnce(work, workspace) : await applyPlanned(work, workspace);
  if (binding === 'Engine') await stages.run('verify', () => verify(run.engine, serviceUid, since));
  return done;
}

/** Without a state there is nothing to compare: one `apply` does it all, in half the time, and its messages say what is made. */
async function applyAtOnce({ stages, onPlan, claim }: Performance, workspace: Workspace): Promise<Result> {
  const said: TofuMessage[] = [];
  const onMessages = (messages: TofuMessage[]) => {
    said.push(...messages);
    if (messages.some(isPlanned)) onPlan(summarizeMessages(said));
  };
  const exit = await stages.run('apply', () => workspace.tofu(['apply', '-auto-approve', ...common], [0], onMessages));
  return { plan: summarizeMessages(exit.messages), outputs: outputsOf(exit.messages, claim.inputs) };
}

/** A change is planned first, for its fields. They are read out while the plan is being applied, unless a certain plan was approved. */
async function applyPlanned(work: Performance, workspace: Workspace): Promise<Result> {
  const { stages, claim, run } = work;
  const file = await plan(work, workspace);
  const reading = summaryOf(work, workspace, file);
  // What was done is not undone by not being able to say it field by field.
  const summary = reading.catch(() => undefined);
  if (claim.approvedPlan !== undefined) mustBe(claim.approvedPlan, (await reading).digest);
  run.mustGoOn();
  const exit = await stages.run('apply', () => workspace.tofu(['apply', ...common, file]));
  return { plan: await summary, outputs: outputsOf(exit.messages, claim.inputs) };
}

function mustBe(approved: string, digest: string): void {
  if (digest !== approved) fail('PlanChanged', 'the plan is not the one that was approved', `approved ${approved}, now ${digest}`);
}

/** Saves a plan and gives its file. */
async function plan(work: Performance, workspace: Workspace): Promise<string> {
  const { run, stages, claim } = work;
  const file = join(run.folder.path, 'plan');
  const replaced = (await restarted(work)).map((address) => `-replace=${address}`);
  const { messages } = await stages.run('plan', () => workspace.tofu(['plan', ...replaced, `-out=${file}`, ...common]));
  mustHaveSeen(claim.inputs.state, messages);
  return file;
}

/**
 * Addresses of what is made anew although nothing of it has changed: what stood when the order was first carried out here. A
 * run of it that could not tell its end may have made some of it anew already.
 */
async function restarted({ claim: { type, restart, restartOrder: order, inputs }, parts: { workdirs, transport } }: Performance): Promise<string[]> {
  if (!restart) return [];
  const standing = restartableIn(await readState(inputs.state, transport().options.request));
  if (order === undefined) return standing.map(({ address }) => address);
  const begun = await workdirs.lastRestart(inputs.serviceUid);
  if (begun?.order === order) return standing.filter(({ id }) => id !== undefined && begun.ids.includes(id)).map(({ address }) => address);
  if (type === 'Apply') await workdirs.noteRestart(inputs.serviceUid, { order, ids: standing.flatMap(({ id }) => id ?? []) });
  return standing.map(({ address }) => address);
}

/** A server of before tells no key: there is then no digest that an approved one could equal. */
async function summaryOf({ onPlan, claim }: Performance, workspace: Workspace, file: string): Promise<PlanSummary> {
  const summary = summarize(await workspace.show(file), claim.planKey ?? randomUUID());
  onPlan(summary);
  return summary;
}

function isPlanned(message: TofuMessage): boolean {
  return message.type === 'change_summary' && message.changes.operation === 'plan';
}

/** What the module takes for granted on the engine: the namespace's network, and none of its names taken by a run that died. */
async function makeReady({ parts, run, claim, say }: Performance): Promise<void> {
  const { serviceUid: uid, namespace, cluster, state } = claim.inputs;
  const { request } = parts.transport().options;
  await refuseNamesakes(run.engine, claim.inputs);
  const [, removed] = await Promise.all([run.engine.ensureNetwork(networkOf(namespace), { cluster, namespace }), removeOrphans(run.engine, uid, () => readState(state, request))]);
  for (const { kind, name } of removed) say(`removed ${kind} ${name}, which an earlier run had left and no state knows`);
}

/** Only what nothing real is left of is destroyed. A service without a state may still have left something on the engine. */
async function destroy(work: Performance): Promise<Result> {
  const { claim, stages, run, parts, say } = work;
  const { binding, serviceUid, state } = claim.inputs;
  let summary: PlanSummary | undefined;
  if (state.serial !== undefined) {
    const workspace = await open(work);
    const exit = await stages.run('destroy', () => workspace.tofu(['destroy', '-auto-approve', ...common]));
    mustHaveSeen(state, exit.messages);
    summary = summarizeMessages(exit.messages);
  }
  const remaining = binding === 'Engine' ? await stages.run('verify', () => removeRemains(run.engine, serviceUid)) : 0;
  if (remaining > 0) say(`${remaining} objects of the service are still on the engine`);
  if (remaining === 0) await parts.workdirs.remove(serviceUid);
  return { plan: summary, remaining };
}
