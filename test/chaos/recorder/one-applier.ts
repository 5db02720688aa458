import type { EngineCall } from './engine-tap.js';
import type { Findings } from './findings.js';
import type { LogKeeper } from './log-keeper.js';

interface Seen extends EngineCall {
  /** How far the log had been read when it arrived. */
  seq: number;
  /** How far it had been read by a reading that began later: whatever gave the right to this call stands before. */
  upTo?: number;
}

/**
 * One effective applier (I1), as the engine sees it: who changes something of a service must be the node of its newest
 * epoch, and none comes after one of a newer epoch.
 */
export class OneApplier {
  readonly #calls: Seen[] = [];
  /** Id or name on the engine to the uid of its service. */
  readonly #uidOf = new Map<string, string>();
  /** Containers of each uid that stand, as the engine's own events tell. */
  readonly #standing = new Map<string, Set<string>>();
  /** The lowest epoch that can have done the last call of each uid. */
  readonly #acted = new Map<string, number>();
  judged = 0;
  /** Every call that has been judged. */
  readonly heard: EngineCall[] = [];

  constructor(
    private readonly findings: Findings,
    private readonly log: LogKeeper,
  ) {}

  called(call: EngineCall): void {
    this.#calls.push(Object.assign(call, { seq: this.log.seq }));
  }

  /** Reads the log by `readOn` and notes of the calls that came before how far that got. */
  async follow(readOn: () => Promise<void>): Promise<void> {
    const arrived = this.#calls.filter(({ upTo }) => upTo === undefined);
    await readOn();
    for (const call of arrived) call.upTo = this.log.seq;
  }

  /** An event of the engine about a labelled container. */
  stands(uid: string, id: string, stands: boolean): void {
    this.#uidOf.set(id, uid);
    const all = this.#standing.get(uid) ?? this.#standing.set(uid, new Set()).get(uid)!;
    if (stands) all.add(id);
    else all.delete(id);
    if (all.size > 1) this.findings.break('I1', `two containers of service ${uid} stood at once: ${[...all].join(', ')}`);
  }

  /** Judges what has been called and followed since the last time. */
  judge(): void {
    const ready = this.#calls.findIndex(({ upTo }) => upTo === undefined);
    for (const call of this.#calls.splice(0, ready < 0 ? this.#calls.length : ready)) {
      this.heard.push(call);
      this.#learn(call);
      const uid = this.#uid(call);
      if (uid === undefined) continue;
      if (isNameConflict(call)) this.findings.break('adoption', `${call.agent}: ${call.method} ${call.path} answered 409: ${call.answer}`);
      this.#judge(uid, call);
    }
  }

  #judge(uid: string, { agent, method, path, seq, upTo = seq }: Seen): void {
    this.judged++;
    const gone = this.log.droppedAt.get(uid);
    if (gone !== undefined && gone <= upTo && method === 'DELETE') return; // A sweep of what is gone.
    const all = this.log.assignments.get(uid) ?? [];
    const inForce = all.filter((one) => one.seq <= seq).at(-1);
    const least = Math.max(inForce?.epoch ?? 0, this.#acted.get(uid) ?? 0);
    const right = all.find((one) => one.node === agent && one.epoch >= least && one.seq <= upTo);
    if (right) this.#acted.set(uid, right.epoch);
    else this.findings.break('I1', `${agent} did ${method} ${path} for ${uid} while epoch ${least} (${all.find(({ epoch }) => epoch === least)?.node}) was in force; the log was read to ${seq}, then ${upTo}`);
  }

  #learn({ labels, answer, path }: Seen): void {
    const uid = labels?.['spawnit.dev/uid'];
    if (uid === undefined) return;
    const { Id, Name } = parsed(answer);
    const name = new URLSearchParams(path.split('?')[1]).get('name');
    for (const key of [Id, Name, name]) if (key) this.#uidOf.set(key, uid);
  }

  #uid({ labels, path }: Seen): string | undefined {
    const target = /^\/(?:containers|networks|volumes)\/([^/?]+)/.exec(path)?.[1];
    return labels?.['spawnit.dev/uid'] ?? (target && this.#uidOf.get(decodeURIComponent(target)));
  }
}

/** The engine refuses a name that something else has. */
function isNameConflict({ status, path, answer }: Seen): boolean {
  return status === 409 && /\/create/.test(path) && /already in use|already exists/.test(answer ?? '');
}

function parsed(answer: string | undefined): { Id?: string; Name?: string } {
  try {
    return JSON.parse(answer ?? '{}') as { Id?: string; Name?: string };
  } catch {
    return {};
  }
}
