import type { RunInputs } from '@spawnit/contract';

/**
 * tofu and its providers are Go programs, and with a small heap they collect garbage at each few MB: a sixth of what a plan
 * costs. Providers of remote APIs may hold hundreds of MB as it is, so they and their tofu are left as they are.
 * Source: Go's runtime package.
 */
export function roomyHeap(binding: RunInputs['binding']): Record<string, string> {
  return binding === 'Engine' ? { GOGC: '400', GOMEMLIMIT: '512MiB' } : {};
}
