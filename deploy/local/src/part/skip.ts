/**
 * The parts and stages that SPAWNIT_TEST_SKIP (a comma-separated list) says to
 * do without.
 */
export function skips(env: NodeJS.ProcessEnv = process.env): Set<string> {
  const names = (env.SPAWNIT_TEST_SKIP ?? '').split(',').map((name) => name.trim());
  return new Set(names.filter((name) => name !== ''));
}

/** For tap's `skip` option: why a test that needs this part is left out, or false. */
export function skipped(name: string): string | false {
  return skips().has(name) && `SPAWNIT_TEST_SKIP names ${name}`;
}
