import { writeSync } from 'node:fs';
import { StoreUnavailable } from '../../src/store/object-store.js';
import type { Op } from '../../src/store/log/commit.js';
import { Registry } from '../../src/store/log/registry.js';
import { openObjectStore } from '../../src/store/store-config.js';

/**
 * A program for tests that kill it: writes records under load, from several callers at once, and
 * prints `ack <key>` for each acknowledged one (`open <key>` when its outcome is unknown).
 * Arguments: the store's configuration as JSON, its name.
 */
const [config, name] = process.argv.slice(2);
const registry = await Registry.open(await openObjectStore(JSON.parse(config!)), { writer: name!, snapshotEvery: 50, deadlineMs: 2000 });
let count = 0;

async function caller(): Promise<void> {
  for (;;) {
    const key = `${name}/${++count}`;
    tell(`${await attempt(key)} ${key}\n`);
  }
}

/** At once, so that what was acknowledged before a kill is told; a reader that lags behind has filled the pipe, and is waited for. */
function tell(line: string): void {
  for (let rest = Buffer.from(line); rest.length > 0; ) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    }
  }
}

async function attempt(key: string): Promise<'ack' | 'open' | 'refused'> {
  try {
    await registry.write(name!, (view) => {
      const total = ((view.get('total')?.value['n'] ?? 0) as number) + 1;
      const ops: Op[] = [{ op: 'put', key: `acks/${key}`, value: {} }, { op: 'put', key: 'total', value: { n: total } }];
      return { ops, result: null };
    });
    return 'ack';
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    return error.ambiguous ? 'open' : 'refused';
  }
}

await Promise.all(Array.from({ length: 16 }, caller));
