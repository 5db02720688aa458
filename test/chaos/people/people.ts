import { setTimeout as delay } from 'node:timers/promises';
import { helloImage } from '@spawnit/local';
import type { Random } from '../../simulation/time/random.js';
import type { Findings } from '../recorder/findings.js';
import type { Declared } from './declared.js';
import type { Requests } from './requests.js';

export interface PeopleOptions {
  requests: Requests;
  random: Random;
  findings: Findings;
  namespace: string;
  services: number;
}

/** Between two things that one person does, in ms. */
const pauseMs = [300, 3_000] as const;
const persons = 2;

/** People who make services, change, delete and cancel them, and remember what they were told. */
export class People {
  readonly declared = new Map<string, Declared>();
  steps = 0;
  readonly #busy = new Set<string>();
  /** Cancelled by a person: nothing is tried until somebody changes something. */
  readonly #cancelled = new Set<string>();
  #texts = 0;

  constructor(private readonly options: PeopleOptions) {
    for (let i = 0; i < options.services; i++) this.declared.set(`s${i}`, { kind: i % 2 === 0 ? 'container' : 'volume', text: '', gone: true });
  }

  /** Everything is to be there from now on. */
  async makeAll(): Promise<void> {
    for (const name of this.declared.keys()) await this.#alone(name, () => this.#create(name));
  }

  /** Until the signal; what was begun is brought to a certain end, and what was cancelled is asked for again. */
  async work(signal: AbortSignal): Promise<void> {
    const { random } = this.options;
    const person = async () => {
      while (!signal.aborted) {
        await delay(random.between(...pauseMs), undefined, { signal }).catch(() => undefined);
        if (signal.aborted) break;
        const name = random.pick([...this.declared.keys()]);
        await this.#alone(name, () => this.#something(name));
      }
    };
    await Promise.all(Array.from({ length: persons }, person));
    for (const name of [...this.#cancelled]) await this.#alone(name, () => this.#askAgain(name));
  }

  /** Everything is to go. */
  async deleteAll(): Promise<void> {
    for (const [name, { gone }] of this.declared) if (!gone) await this.#alone(name, () => this.#delete(name));
  }

  async #something(name: string): Promise<void> {
    const { random } = this.options;
    if (this.declared.get(name)!.gone) return this.#create(name);
    const dice = random.next();
    if (dice < 0.15) return this.#delete(name);
    if (dice < 0.3) return this.#cancel(name);
    return this.#change(name);
  }

  async #create(name: string): Promise<void> {
    const { requests, namespace } = this.options;
    const { kind } = this.declared.get(name)!;
    const text = this.#text();
    const watched = Number(name.slice(1)) % 6 === 0;
    const drift = { policy: 'Revert', intervalSeconds: watched ? 15 : 600 };
    const spec = kind === 'volume' ? { template: 'docker-volume', drift } : { template: 'container', parameters: parametersOf(text), drift };
    const body = { apiVersion: 'spawnit.dev/v1', kind: 'Service', metadata: { name, namespace }, spec };
    const { status, body: answer } = await requests.certain({ method: 'POST', path: this.#path(), body });
    if (status === 201) return this.#is(name, { kind, text, gone: false }, `create ${name}`);
    // The one before it may still be on its way out.
    if (status !== 409) this.options.findings.break('I10', `POST of ${name} was answered ${status} ${answer.message}`);
  }

  async #change(name: string): Promise<void> {
    const { kind } = this.declared.get(name)!;
    const text = this.#text();
    const body = { spec: kind === 'volume' ? { drift: { intervalSeconds: 600 + this.#texts } } : { parameters: parametersOf(text) } };
    const { status, body: answer } = await this.options.requests.certain({ method: 'PATCH', path: this.#path(name), body });
    if (status === 200) this.#is(name, { kind, text, gone: false }, `change ${name}`);
    else this.options.findings.break('I2', `${name} was acknowledged, and a change of it was answered ${status} ${answer.message}`);
  }

  async #delete(name: string): Promise<void> {
    const { status, body } = await this.options.requests.certain({ method: 'DELETE', path: this.#path(name) });
    // Gone already: an earlier try, whose answer was lost, has done it.
    if (status < 300 || status === 404) return this.#is(name, { ...this.declared.get(name)!, gone: true }, `delete ${name}`);
    this.options.findings.break('I2', `DELETE of ${name} was answered ${status} ${body.message}`);
  }

  async #cancel(name: string): Promise<void> {
    const { requests, namespace } = this.options;
    const found = await requests.once({ method: 'GET', path: this.#path(name) });
    const job = found?.body.status?.['activeJob'];
    if (typeof job !== 'string') return this.#change(name);
    const answer = await requests.certain({ method: 'PATCH', path: `/apis/spawnit.dev/v1/namespaces/${namespace}/jobs/${job}`, body: { spec: { cancel: true } } });
    this.#cancelled.add(name);
    this.steps++;
    this.options.findings.note(`people: cancel ${job}: ${answer.status}`);
  }

  async #askAgain(name: string): Promise<void> {
    this.#cancelled.delete(name);
    if (!this.declared.get(name)!.gone) await this.#change(name);
  }

  #is(name: string, declared: Declared, what: string): void {
    this.steps++;
    this.declared.set(name, declared);
    this.options.findings.note(`people: ${what}${declared.kind === 'container' && !declared.gone ? ` as ${declared.text}` : ''}`);
  }

  /** One at a time for each name: only then is it known what was declared last. */
  async #alone(name: string, act: () => Promise<void>): Promise<void> {
    if (this.#busy.has(name)) return;
    this.#busy.add(name);
    await act().finally(() => this.#busy.delete(name));
  }

  #text(): string {
    return `t${++this.#texts}`;
  }

  #path(name?: string): string {
    return `/apis/spawnit.dev/v1/namespaces/${this.options.namespace}/services${name === undefined ? '' : `/${name}`}`;
  }
}

function parametersOf(text: string): object {
  return { image: helloImage, labels: { text }, stop_grace_s: 1 };
}
