import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Lease } from './lease.js';

/**
 * When tofu is to stop and when it is to be dead, for who watches over it while this process may stand still: whole seconds
 * since boot, as in /proc/uptime. What can't be written is not extended.
 */
export class LeaseFile {
  constructor(readonly path: string) {}

  write({ stopsAt, killsAt }: Pick<Lease, 'stopsAt' | 'killsAt'>): void {
    const seconds = [stopsAt, killsAt].map((ms) => Math.max(0, Math.ceil(ms / 1_000)));
    try {
      writeFileSync(`${this.path}.half`, `${seconds.join(' ')}\n`, { mode: 0o600 });
      renameSync(`${this.path}.half`, this.path);
    } catch {
      // What runs ends sooner.
    }
  }
}

/** Undefined where the system has no clock that a shell can read. */
export function openLeaseFile(folder: string): LeaseFile | undefined {
  return existsSync('/proc/uptime') ? new LeaseFile(join(folder, 'lease')) : undefined;
}
