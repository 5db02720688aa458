import type { TofuExit } from './run.js';

/** tofu's own words when it gives up without its state: asked to end twice, or fallen over. */
const gaveUp = /data loss may have occurred|^panic: /im;

/** Whether it ended without having told the state all that it knew. Pure. */
export function isBrokenOff({ signal, lastWords, messages }: Pick<TofuExit, 'signal' | 'lastWords' | 'messages'>): boolean {
  return signal !== undefined || gaveUp.test(lastWords) || messages.some((message) => gaveUp.test(JSON.stringify(message)));
}
