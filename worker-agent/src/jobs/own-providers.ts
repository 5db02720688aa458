import type { RunInputs } from '@spawnit/contract';
import { providersOf } from '../drift/providers.js';
import type { NodeParts, SharedParts } from './parts.js';
import type { Places } from './places.js';
import type { Run } from './run.js';

/**
 * Has a run's tofu come to providers of the run's own, which are there already, instead of starting them several times. Only
 * those that reach what they change through the gate: a remote one's start is little beside its calls, and it may be huge.
 */
export async function attachProviders({ places, drift }: NodeParts, run: Run, inputs: RunInputs, workdir: string): Promise<void> {
  if (places === undefined || inputs.binding !== 'Engine' || drift?.maySpareStart(inputs.module) === false || drift?.doubts(inputs.module)) return;
  // Laid out in a way that is not known: tofu will say what is wrong with it, if anything is.
  run.kinds = await providersOf(workdir, inputs.binding).catch(() => []);
}

/** At an agent's start: what the module that was last initialised here uses will do for the first run. */
export async function prepareAsBefore({ workdirs }: SharedParts, places: Places): Promise<void> {
  const template = await workdirs.templates.latest();
  if (template !== undefined) await places.prepare(await providersOf(template, 'Engine').catch(() => []));
}
