import { agentPaths, errorText, jsonLines, keepTrying } from '@spawnit/contract';
import { isOfMaking, labelledBy, madeIn, subjectOf, type Labelled, type Subject } from '../docker/engine-events.js';
import { Owners } from '../docker/owners.js';
import type { NodeParts } from '../jobs/parts.js';
import type { ServiceLocks } from '../jobs/service-locks.js';

/** A change is told in several events; they are waited for, but not for long. */
const quietMs = 60;
const longestMs = 200;
const most = 500;

/** Follows the engine's events and asks for checks of the services that they are about, until the signal. A stream that breaks is opened anew. */
export async function followEngine(parts: NodeParts, locks: ServiceLocks, signal: AbortSignal): Promise<void> {
  const suspects = new Suspects(parts, locks);
  const released = () => suspects.jobsEnded();
  locks.onRelease.add(released);
  const follow = async (works: () => void) => {
    const events = await parts.engine.engine.events(signal);
    parts.engine.eventsAre(true);
    works();
    const owners = new Owners(parts.engine.engine);
    await owners.learn();
    for await (const event of jsonLines(events)) {
      const [subject, made] = [subjectOf(event), madeIn(event)];
      if (made) owners.made(made);
      if (subject) void suspects.add(subject, owners, isOfMaking(event));
    }
    throw new Error('it ended');
  };
  await keepTrying(signal, follow, (error) => lost(parts, errorText(error)));
  locks.onRelease.delete(released);
  suspects.close();
}

function lost({ engine, log }: NodeParts, why: string): void {
  if (engine.events.followed) log.warn({ why }, 'the stream of engine events broke; checks come when they are due');
  engine.eventsAre(false, why);
}

/**
 * Gathers services and asks for their checks together; for one that a job of ours is changing when that has ended, as it may
 * not have seen what was done to it meanwhile. What each making brings with it is the job's own.
 */
class Suspects {
  readonly #waiting = new Map<string, Labelled>();
  readonly #afterJob = new Map<string, Labelled>();
  #timer: NodeJS.Timeout | undefined;
  #since = 0;

  constructor(
    private readonly parts: NodeParts,
    private readonly locks: ServiceLocks,
  ) {}

  async add(subject: Subject, owners: Pick<Owners, 'gone'>, ofMaking: boolean): Promise<void> {
    const service = 'gone' in subject ? await owners.gone(subject.gone) : 'container' in subject ? labelledBy(await this.#labelsOf(subject.container)) : subject;
    if (service === undefined) return;
    if (!this.locks.hasJob(service.uid)) this.#wait(service);
    else if (!ofMaking && this.#afterJob.size < most) this.#afterJob.set(service.uid, service);
  }

  jobsEnded(): void {
    for (const [uid, service] of this.#afterJob) {
      if (this.locks.hasJob(uid)) continue;
      this.#afterJob.delete(uid);
      this.#wait(service);
    }
  }

  #wait(service: Labelled): void {
    if (this.#waiting.size >= most) return;
    if (this.#waiting.size === 0) this.#since = performance.now();
    this.#waiting.set(service.uid, service);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#send(), Math.max(0, Math.min(quietMs, this.#since + longestMs - performance.now())));
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  async #send(): Promise<void> {
    const services = [...this.#waiting.values()].map(({ namespace, name, uid }) => ({ namespace, name, uid }));
    this.#waiting.clear();
    const { transport, config, log } = this.parts;
    await transport()
      .json({ method: 'POST', path: agentPaths.suspicions(config.node), body: { services } })
      .catch((error: unknown) => log.debug({ err: error }, 'suspicions not delivered; the checks come when they are due'));
  }

  #labelsOf(container: string): Promise<Record<string, string>> {
    return this.parts.engine.engine.labelsOf({ kind: 'container', id: container }).catch(() => ({}));
  }
}
