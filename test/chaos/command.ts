import type { Teardown } from '@spawnit/testkit';

/** Runs what starts real processes from a command line: all is released at its end, also when it is interrupted. */
export async function runCommand(work: (t: Teardown) => Promise<void>): Promise<void> {
  const releases: (() => unknown)[] = [];
  const release = async () => {
    for (const each of releases.splice(0).reverse()) await each();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void release().finally(() => process.exit(130)));
  try {
    await work({ teardown: (each) => void releases.push(each) });
  } finally {
    await release();
  }
}
