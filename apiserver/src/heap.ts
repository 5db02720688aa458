import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/**
 * Imported before all else, it keeps the heap near what lives in it, which is mostly records (docs/benchmarks.md has what it
 * takes). V8 lets garbage gather until the heap is up to four times that: here it is collected at 1.3 times, whose collections
 * are also the shorter ones. And V8 keeps up to 48 MB for what is new: this server's short requests do with a sixth.
 */
const youngBytes = 8 * 2 ** 20;
const lookMs = 1_000;

setFlagsFromString('--heap-growing-percent=30');
growNow();
letGrowAgain();
// When little is going on V8 makes it smaller.
setInterval(letGrowAgain, lookMs).unref();

function young(): number {
  return getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')?.space_size ?? youngBytes;
}

/** It grows only when much of it survives; left alone it would do so past all bounds while the server's modules are read. */
function growNow(): void {
  const kept: object[] = [];
  // Settings of Node's own may have made its bound smaller yet.
  for (let rounds = 0; rounds < 100 && young() < youngBytes; rounds++) for (let i = 0; i < 10_000; i++) kept.push({ i });
}

function letGrowAgain(): void {
  setFlagsFromString(`--semi-space-growth-factor=${young() < youngBytes ? 2 : 1}`);
}
