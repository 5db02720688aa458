import type { Findings } from './recorder/findings.js';

export interface Outcome {
  seed: number;
  services: number;
  /** Things that people did, and faults. */
  steps: number;
  faults: ReadonlyMap<string, number>;
  engineCalls: number;
  commits: number;
  jobs: number;
  /** From the last fault of each batch until all was as declared, in ms. */
  recoveriesMs: number[];
  seconds: number;
  findings: Findings;
}

/** The sorts of faults, and the one line at the end. */
export function reportOf({ seed, services, steps, faults, engineCalls, commits, jobs, recoveriesMs, seconds, findings }: Outcome): string[] {
  const count = [...faults.values()].reduce((sum, each) => sum + each, 0);
  const times = recoveriesMs.toSorted((a, b) => a - b);
  const at = (part: number) => ((times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? 0) / 1_000).toFixed(1);
  return [
    `faults: ${[...faults].sort().map(([sort, each]) => `${sort} ${each}`).join(', ')}`,
    `judged: ${engineCalls} changes of the engine, ${commits} commits, ${jobs} logs of jobs`,
    `chaos seed ${seed}: ${services} services, ${steps} steps, ${count} faults, ${findings.broken.length} promises broken, recovery p50 ${at(0.5)} s, p99 ${at(0.99)} s, ${seconds.toFixed(0)} s`,
  ];
}
