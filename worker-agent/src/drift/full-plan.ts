import { join } from 'node:path';
import type { RunInputs } from '@spawnit/contract';
import type { NodeParts } from '../jobs/parts.js';
import type { Run } from '../jobs/run.js';
import { Workspace } from '../jobs/workspace.js';
import { judge } from '../plan/drift.js';
import type { Configured } from '../provider/pool.js';
import { Recording, type Recorded } from '../provider/recording.js';
import { mustHaveSeen } from '../tofu/state-seen.js';
import type { Judgement } from './judgement.js';
import type { DriftParts } from './parts.js';
import { providersOf } from './providers.js';
import { impurityOf } from './purity.js';

interface FullPlan {
  judgement: Judgement;
  /** What it has read, when it went through warm providers. */
  recorded?: Recorded;
}

interface WarmPlan {
  /** None when warm providers could not make one. */
  plan?: FullPlan;
  used: Iterable<Configured>;
}

/** A plan of the service as it stands: with warm providers, or in the usual way whenever anything about that is unusual. Throws a RunFailure. */
export async function fullPlan(parts: NodeParts, run: Run, inputs: RunInputs): Promise<FullPlan> {
  const workspace = await Workspace.open(parts, run, inputs, (init) => init());
  const { drift } = parts;
  const warm = drift?.maySpareStart(inputs.module) ? await warmPlan(parts, drift, run, inputs, workspace) : undefined;
  if (warm?.plan !== undefined) {
    drift?.planned(inputs.module, true);
    return warm.plan;
  }
  const file = join(run.folder.path, 'plan');
  const exit = await workspace.tofu(planArguments(file), [0, 2]);
  mustHaveSeen(inputs.state, exit.messages);
  if (drift?.maySpareStart(inputs.module)) drift.planned(inputs.module, false);
  drift?.pool.renew(warm?.used ?? []);
  return { judgement: exit.code === 0 ? compliant : judge(await workspace.show(file), true, inputs) };
}

const compliant: Judgement = { verdict: 'Compliant', fields: [] };

function planArguments(file: string): string[] {
  return ['plan', '-lock=false', '-detailed-exitcode', `-out=${file}`, '-input=false', '-no-color'];
}

async function warmPlan(parts: NodeParts, { pool }: DriftParts, run: Run, inputs: RunInputs, workspace: Workspace): Promise<WarmPlan> {
  const file = join(run.folder.path, 'warm-plan');
  let recording: Recording | undefined;
  try {
    const kinds = await providersOf(workspace.path, inputs.binding);
    const providers = await Promise.all(kinds.map(async (kind) => ({ kind, protocol: await pool.protocolOf(kind) })));
    recording = await Recording.start({ pool, providers, dir: parts.gateDir, id: run.folder.id.slice(0, 8) });
    const env = recording.environment;
    // Not by the workspace, which would mend itself in this environment.
    const exit = await run.tofu(planArguments(file), workspace.path, { env });
    if (exit.code !== 0 && exit.code !== 2) return { used: recording.used };
    mustHaveSeen(inputs.state, exit.messages);
    const judgement = exit.code === 0 ? compliant : judge(await workspace.show(file, env), true, inputs);
    const incomplete = impurityOf(await parts.bundles.get(inputs.module)) ?? recording.recorded.incomplete;
    return { used: recording.used, plan: { judgement, recorded: { reads: recording.recorded.reads, ...(incomplete !== undefined && { incomplete }) } } };
  } catch (error) {
    run.mustGoOn();
    parts.log.debug({ err: error, service: inputs.service }, 'no plan with warm providers');
    return { used: recording?.used ?? [] };
  } finally {
    await recording?.close();
  }
}
