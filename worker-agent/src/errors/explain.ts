import type { JobCause, JobError } from '@spawnit/contract';
import type { TofuExit } from '../tofu/run.js';
import { errorsOf, type Diagnostic } from '../tofu/messages.js';
import { jobError } from './causes.js';

/** Words by which tofu, its docker provider, the engine and the agent's gate say what is wrong. First match wins. */
const signs: [JobCause, RegExp][] = [
  ['LeaseLost', /SpawnIt: /],
  ['StateConflict', /error (acquiring|releasing) the state lock|(load|read|persist|sav|refresh)\w* (the )?state|failed to (get|write|upload) state|state data in .* does not have|saved plan (is stale|does not match)/i],
  ['PortInUse', /port is already allocated|address already in use|ports are not available/i],
  ['NameInUse', /(container )?name "[^"]*" is already in use|(network|volume) with name \S+ already exists/i],
  ['EngineUnreachable', /cannot connect to the docker daemon|error pinging docker server|failed to create docker client|cannot reach the docker engine/i],
  ['Configuration', /invalid reference format/i],
  ['ImagePull', /unable to pull image|error pulling image|pull access denied|manifest unknown|no such image/i],
  [
    'ProviderMissing',
    /failed to (query available provider packages|install provider)|could not (retrieve|query) .*provider|inconsistent dependency lock file|required plugins are not installed|failed to instantiate provider/i,
  ],
  ['Timeout', /context deadline exceeded|timed? ?out/i],
  [
    'Configuration',
    /^(invalid|unsupported|missing|incorrect|no value for|reference to|error in function|duplicate|resource precondition|resource postcondition|module (not installed|version)|argument|conflicting|value for|unknown|inconsistent conditional|invalid value)\b/i,
  ],
  ['Configuration', /bad request|invalid (mount|volume|container|argument|parameter)|executable file not found|no such file or directory: unknown|minimum memory limit/i],
];

/** Why a tofu run failed: the tool's own words, a coded cause and what to do. Pure. */
export function explain(exit: TofuExit, stage: string): JobError {
  const errors = errorsOf(exit.messages);
  if (exit.startError !== undefined) return jobError('Unknown', `tofu could not be started: ${exit.startError}`);
  if (errors.length === 0) return silent(exit, stage);
  const known = errors.map((error) => ({ error, cause: causeOf(error) }));
  const telling = known.find(({ cause }) => cause !== 'Unknown') ?? known[0]!;
  return jobError(telling.cause, telling.error.summary, detailOf(telling.error, errors));
}

function causeOf({ summary, detail }: Pick<Diagnostic, 'summary' | 'detail'>): JobCause {
  const text = `${summary}\n${detail}`;
  return signs.find(([, sign]) => sign.test(text))?.[0] ?? 'Unknown';
}

function silent({ code, signal, lastWords }: TofuExit, stage: string): JobError {
  const how = signal === undefined ? `ended with ${code}` : `was ended by ${signal}`;
  return jobError('Crashed', `tofu ${stage} ${how} and gave no reason`, lastWords);
}

function detailOf(error: Diagnostic, all: Diagnostic[]): string {
  const others = all.filter((other) => other !== error).map((other) => other.summary);
  const where = error.address === undefined ? [] : [`in ${error.address}`];
  return [error.detail, ...where, ...others.map((other) => `also: ${other}`)].filter((part) => part !== '').join('\n');
}
