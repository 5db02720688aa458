import { createContext, Script } from 'node:vm';

/** What checks take is a millisecond; a pattern that backtracks without end would hold up everybody. */
const longestMs = 1_000;

const realm = createContext(Object.create(null)) as { work?: () => unknown };
const call = new Script('work()');

/** Does the work, or gives it up when it takes too long: V8 breaks off regular expressions too, if told from outside. Throws TooSlow. */
export function bounded<T>(work: () => T): T {
  realm.work = work;
  try {
    return call.runInContext(realm, { timeout: longestMs }) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    throw new TooSlow();
  } finally {
    delete realm.work;
  }
}

export class TooSlow extends Error {
  override readonly name = 'TooSlow';
}
