import { createHash } from 'node:crypto';
import type { RunInputs } from '@spawnit/contract';
import type { Clock } from '../clock.js';
import type { Recorded, RecordedRead } from '../provider/recording.js';
import type { Judgement } from './judgement.js';

export interface VerdictsOptions {
  clock: Clock;
  /** 0 to 1. */
  random: () => number;
  /** Between two full plans of a service at most; each is up to half of it early, so that they spread. */
  planEveryMs?: number;
}

/** What full plans of one service have said, all of the same inputs and the same questions to providers. */
export interface Known {
  key: string;
  reads: RecordedRead[];
  /** One for each read: equal ones ask the same. */
  questions: string[];
  /** By all answers to these questions together. */
  verdicts: Map<string, Judgement>;
  planDueMs: number;
}

/** So many answers are kept for a service: a provider may give a list in one order or another. */
const mostAnswers = 8;
const mostServices = 10_000;
/** When so many modules have contradicted themselves, none is believed. */
const mostDistrusted = 1_000;

/**
 * A plan is a function of its module, variables, state and of what providers read. What a full plan has said of certain
 * answers it would say again: only such verdicts are given here, never one of our own.
 */
export class Verdicts {
  readonly #services = new Map<string, Known>();
  /** Modules of which a plan has once said two things of the same answers. */
  readonly #distrusted = new Set<string>();
  readonly #planEveryMs: number;

  constructor(private readonly options: VerdictsOptions) {
    this.#planEveryMs = options.planEveryMs ?? 600_000;
  }

  /** What is known of just these inputs; undefined when a full plan must be made. */
  recall(inputs: RunInputs): Known | undefined {
    const known = this.#services.get(inputs.serviceUid);
    if (known === undefined || known.key !== keyOf(inputs) || !this.trusts(inputs.module)) return undefined;
    return this.options.clock() < known.planDueMs ? known : undefined;
  }

  trusts(module: string): boolean {
    return this.#distrusted.size < mostDistrusted && !this.#distrusted.has(module);
  }

  /** Takes in what a full plan said. True when it contradicts what another has said of the same: from then on the module is always planned. */
  learn(inputs: RunInputs, { reads, incomplete }: Recorded, judgement: Judgement): boolean {
    const key = keyOf(inputs);
    const sorted = inOrder(reads);
    if (key === undefined || incomplete !== undefined || sorted === undefined || judgement.verdict === 'Unknown') {
      this.#services.delete(inputs.serviceUid);
      return false;
    }
    const before = this.#services.get(inputs.serviceUid);
    const same = before?.key === key && sameQuestions(before.reads, sorted) ? before : undefined;
    const answers = answersOf(sorted.map(({ answer }) => answer));
    const said = same?.verdicts.get(answers);
    const contradicts = said !== undefined && said.verdict !== judgement.verdict;
    if (contradicts && this.trusts(inputs.module)) this.#distrusted.add(inputs.module);
    this.#keep(inputs.serviceUid, { key, reads: sorted, questions: sorted.map(digestOf), verdicts: withLatest(same?.verdicts, answers, judgement), planDueMs: this.#nextPlan() });
    return contradicts;
  }

  #keep(uid: string, known: Known): void {
    this.#services.delete(uid);
    this.#services.set(uid, known);
    const [oldest] = this.#services.keys();
    if (this.#services.size > mostServices && oldest !== undefined) this.#services.delete(oldest);
  }

  #nextPlan(): number {
    return this.options.clock() + this.#planEveryMs * (0.5 + this.options.random() / 2);
  }
}

/** All answers together, in the order of the questions. */
export function answersOf(fingerprints: string[]): string {
  return fingerprints.join(' ');
}

/**
 * All that a plan is a function of, but for what providers read; undefined when the state's version is not told. A generation
 * that changes only how a service is watched over changes nothing of it, or a new interval for many would have all of them planned at once.
 */
function keyOf({ state, inputs: _recorded, outputs: _outputs, generation: _declared, ...rest }: RunInputs): string | undefined {
  if (state.version === undefined) return undefined;
  return createHash('sha256').update(JSON.stringify([state.version, rest])).digest('base64');
}

/** Each question once, always in the same order; undefined when one was answered in two ways, as the world changed meanwhile. */
function inOrder(reads: RecordedRead[]): RecordedRead[] | undefined {
  const byQuestion = new Map(reads.map((read) => [questionOf(read), read]));
  if (reads.some((read) => byQuestion.get(questionOf(read))!.answer !== read.answer)) return undefined;
  return [...byQuestion.keys()].sort().map((question) => byQuestion.get(question)!);
}

function sameQuestions(a: RecordedRead[], b: RecordedRead[]): boolean {
  return a.length === b.length && a.every((read, i) => questionOf(read) === questionOf(b[i]!));
}

function questionOf({ configuration: { kind, request: configured }, method, request }: RecordedRead): string {
  return [kind.address, kind.binary, kind.binding, method, configured.toString('base64'), request.toString('base64')].join(' ');
}

function digestOf(read: RecordedRead): string {
  return createHash('sha256').update(`${questionOf(read)} ${read.configuration.answer}`).digest('base64');
}

function withLatest(before: ReadonlyMap<string, Judgement> | undefined, answers: string, judgement: Judgement): Map<string, Judgement> {
  const others = [...(before ?? [])].filter(([each]) => each !== answers).slice(-(mostAnswers - 1));
  return new Map([...others, [answers, judgement]]);
}
