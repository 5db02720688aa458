import type { WatchEvent } from '@spawnit/contract';

/** The next change that a watch tells; a quiet one tells its position every 15 s, also in the middle of a slow test. */
export async function nextChange<R>(watch: AsyncIterator<WatchEvent<R>>): Promise<Exclude<WatchEvent<R>, { type: 'BOOKMARK' }>> {
  for (;;) {
    const { done, value } = await watch.next();
    if (done) throw new Error('the watch has ended');
    if (value.type !== 'BOOKMARK') return value as Exclude<WatchEvent<R>, { type: 'BOOKMARK' }>;
  }
}
