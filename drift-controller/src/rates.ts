import type { Service, Template } from '@spawnit/contract';

/** Checks per second. Providers not named: those whose services live on an engine of ours have no cap, remote ones the same one each. */
export interface Caps {
  named: ReadonlyMap<string, number>;
  remote: number;
}
/** A check makes a handful of calls; the larger clouds grant some 20 per second to a whole account. */
export const defaultCaps: Caps = { named: new Map(), remote: 5 };

/** Whose API a service's checks ask, and how often per second they may. */
export interface Cap {
  provider: string;
  perSecond: number;
}

/** undefined: as often as they are due. */
export function capOf(template: Template | undefined, { named, remote }: Caps): Cap | undefined {
  if (template === undefined) return undefined;
  const { provider, binding } = template.spec;
  const perSecond = named.get(provider) ?? (binding === 'Remote' ? remote : undefined);
  return perSecond === undefined ? undefined : { provider, perSecond };
}

/** A bucket of tokens for each provider that has a cap; as many fit in as one second brings, and one at least. */
export class Rates {
  readonly #buckets = new Map<string, { tokens: number; atMs: number }>();

  constructor(private readonly cap: (service: Service) => Cap | undefined) {}

  /** 0 when a check may begin now, which it then has to; else in how many ms it may at the earliest. */
  take(service: Service, nowMs: number): number {
    const cap = this.cap(service);
    if (cap === undefined) return 0;
    const { provider, perSecond } = cap;
    const most = Math.max(1, perSecond);
    const before = this.#buckets.get(provider) ?? { tokens: most, atMs: nowMs };
    const tokens = Math.min(most, before.tokens + ((nowMs - before.atMs) / 1_000) * perSecond);
    // A rounding error must not make it wait for nothing.
    const enough = tokens > 1 - 1e-6;
    this.#buckets.set(provider, { tokens: enough ? Math.max(0, tokens - 1) : tokens, atMs: nowMs });
    return enough ? 0 : Math.ceil(((1 - tokens) / perSecond) * 1_000);
  }
}
