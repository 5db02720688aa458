import type { Resource } from '@spawnit/contract';
import { keyOf } from '@spawnit/controller';

interface Write<R> {
  /** The version it was written over. */
  over: string | undefined;
  written: R;
}

/**
 * What this process wrote and its watch may not have brought yet: laid over a list, so that a slot or a port that was
 * just given away isn't given twice. A write named the version it replaced, so it holds exactly until another is seen.
 */
export class Assumed<R extends Resource> {
  private readonly writes = new Map<string, Write<R>>();

  wrote(before: Resource, written: R): void {
    this.writes.set(keyOf(written), { over: before.metadata.resourceVersion, written });
  }

  over(list: R[]): R[] {
    if (this.writes.size === 0) return list;
    const seen = new Set<string>();
    const merged = list.map((object) => {
      seen.add(keyOf(object));
      return this.newest(object);
    });
    for (const key of this.writes.keys()) if (!seen.has(key)) this.writes.delete(key);
    return merged;
  }

  private newest(object: R): R {
    const write = this.writes.get(keyOf(object));
    if (!write) return object;
    if (write.over === object.metadata.resourceVersion) return write.written;
    this.writes.delete(keyOf(object));
    return object;
  }
}
