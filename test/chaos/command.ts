import { Ending, type Teardown } from '@spawnit/testkit';

/** Runs what starts real processes from a command line: all is released at its end, also when it is interrupted. */
export async function runCommand(work: (t: Teardown) => Promise<void>): Promise<void> {
  const ending = new Ending();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void ending.end().finally(() => process.exit(130)));
  try {
    await work(ending);
  } finally {
    await ending.end();
  }
}
