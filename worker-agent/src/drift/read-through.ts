import { fingerprint } from '../provider/fingerprint.js';
import type { ProviderPool } from '../provider/pool.js';
import type { RecordedRead } from '../provider/recording.js';
import type { Judgement } from './judgement.js';
import type { Together } from './together.js';
import { answersOf, type Known } from './verdicts.js';

/** One for all services that ask their provider the same at the same time: many stand on the same image. */
export type Asking = Together<string>;

/** Asks providers what the last full plan has asked; gives what a full plan has said of these very answers. Undefined: only a full plan can tell. */
export async function readThrough(pool: ProviderPool, asking: Asking, { reads, questions, verdicts }: Known): Promise<Judgement | undefined> {
  const answers = await Promise.all(reads.map((read, i) => asking.get(questions[i]!, () => ask(pool, read))));
  return verdicts.get(answersOf(answers));
}

/** Throws when the provider can't be asked, or is configured otherwise than it was. */
async function ask(pool: ProviderPool, { configuration, method, request }: RecordedRead): Promise<string> {
  const configured = await pool.configured(configuration.kind, configuration.method, configuration.request);
  if (configured.print !== configuration.answer) throw new Error('the provider answers its configuration otherwise');
  return fingerprint(await pool.use(configured, (provider) => provider.call(method, request)));
}
