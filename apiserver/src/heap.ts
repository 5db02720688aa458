import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/**
 * Imported before all else, it keeps the heap near what lives in it, which is mostly records (docs/benchmarks.md has what it
 * takes). V8 lets garbage gather until the heap is up to four times that: here it is collected at 1.3 times, whose collections
 * are also the shorter ones. And V8 keeps 48 to 128 MB for what is new, by its version: this server's short requests do with 8.
 */
const halfBytes = 4 * 2 ** 20;
const lookMs = 1_000;

setFlagsFromString('--heap-growing-percent=30');
growNow();
letGrowAgain();
// When little is going on V8 makes it smaller.
setInterval(letGrowAgain, lookMs).unref();

/** One of its two halves: whether the other is counted in the whole differs between versions of V8. Its pages' heads are in neither figure; it doubles, so three quarters are enough. */
function grown(): boolean {
  const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
  return young === undefined || young.space_used_size + young.space_available_size > 0.75 * halfBytes;
}

/** It grows only when much of it survives; left alone it would do so past all bounds while the server's modules are read. */
function growNow(): void {
  const kept: object[] = [];
  // Settings of Node's own may have made its bound smaller yet.
  for (let rounds = 0; rounds < 100 && !grown(); rounds++) for (let i = 0; i < 10_000; i++) kept.push({ i });
}

function letGrowAgain(): void {
  setFlagsFromString(`--semi-space-growth-factor=${grown() ? 1 : 2}`);
}
