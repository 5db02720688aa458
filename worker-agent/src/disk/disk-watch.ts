import { statfs } from 'node:fs/promises';

/** Shares of the disk that holds the data folder: from the first on what is only a cache goes, from the second on no new job begins. */
const shedFrom = 0.85;
const refuseFrom = 0.95;

export type DiskLevel = 'Room' | 'Filling' | 'Full';

export function levelOf(used: number): DiskLevel {
  if (used >= refuseFrom) return 'Full';
  return used >= shedFrom ? 'Filling' : 'Room';
}

/** What others see of it. */
export interface Disk {
  /** Share in use, 0 to 1. */
  readonly used: number;
  readonly level: DiskLevel;
  /** ISO 8601: since when it is so. */
  readonly since: string;
}

/** How full the disk of a folder is. */
export class DiskWatch implements Disk {
  used = 0;
  level: DiskLevel = 'Room';
  since = new Date().toISOString();

  constructor(private readonly folder: string) {}

  /** As `df` counts: what only root may use counts as used. Keeps what it knew when the disk can't be asked. */
  async look(): Promise<void> {
    const { blocks, bavail } = await statfs(this.folder).catch(() => ({ blocks: 0, bavail: 0 }));
    if (blocks === 0) return;
    this.used = 1 - bavail / blocks;
    const level = levelOf(this.used);
    if (level !== this.level) this.since = new Date().toISOString();
    this.level = level;
  }

  /** Looks again and again, until the signal. */
  follow(everyMs: number, signal: AbortSignal): void {
    const timer = setInterval(() => void this.look(), everyMs);
    signal.addEventListener('abort', () => clearInterval(timer), { once: true });
  }
}
