import type { Outcome } from './simulate.js';

/** What many runs came to, in a few lines. */
export class Report {
  broken = 0;
  #seeds = 0;
  #steps = 0;
  readonly #faults = new Map<string, number>();
  readonly #recoveries: number[] = [];

  add({ steps, faults, broken, recoveryMs }: Outcome): void {
    this.#seeds++;
    this.#steps += steps;
    this.broken += broken.length > 0 ? 1 : 0;
    for (const [what, count] of faults) this.#faults.set(what, (this.#faults.get(what) ?? 0) + count);
    if (recoveryMs !== undefined) this.#recoveries.push(recoveryMs);
  }

  lines({ seconds, cpuSeconds }: { seconds: number; cpuSeconds: number }): string[] {
    const faults = [...this.#faults.values()].reduce((sum, count) => sum + count, 0);
    const sorts = [...this.#faults].sort().map(([what, count]) => `${what} ${count}`);
    const times = this.#recoveries.sort((a, b) => a - b);
    const at = (part: number) => ((times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? 0) / 1_000).toFixed(1);
    return [
      `faults: ${sorts.join(', ')}`,
      `recovery in the calm: p50 ${at(0.5)} s, p99 ${at(0.99)} s, longest ${at(1)} s`,
      `${this.#seeds} seeds, ${this.#steps} steps, ${faults} faults, ${this.broken} broken promises, ${seconds.toFixed(1)} s (CPU ${cpuSeconds.toFixed(1)} s)`,
    ];
  }
}
