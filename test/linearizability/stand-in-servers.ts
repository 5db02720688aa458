import type { Random } from '../simulation/time/random.js';
import type { Answer, Call, Change, Content, History, List, Operation, Seen } from './history.js';

/** What a call is on its way to: it takes effect at some moment between its sending and its answer. */
interface Pending {
  call: Call;
  answered?: Answer;
}

/** Makes histories as perfect servers would, one record after the other untouched by any fault but lost answers. */
export class StandInServers {
  readonly #records = new Map<string, Seen>();
  readonly #keys = new Map<string, { t: string; seen: Seen }>();
  readonly #changes: Change[] = [];
  #rv = 0;

  constructor(private readonly random: Random) {}

  /** Some calls are under way at any time; some answers are lost, with their effect or without. */
  history(operations: number, atOnce = 5): History {
    const { random } = this;
    const history: History = { calls: [], lists: [], watches: [] };
    const pending: Pending[] = [];
    let tick = 0;
    for (let n = 0; n < operations || pending.length > 0; ) {
      if (n < operations && pending.length < atOnce && random.chance(0.5)) {
        const call: Call = { record: random.pick(['a', 'b']), operation: { do: 'get' }, from: tick++, to: Infinity };
        call.operation = this.#operation(call.record, n++);
        history.calls.push(call);
        pending.push({ call });
      } else if (pending.length > 0) {
        const each = random.pick(pending);
        if (!each.answered && random.chance(0.05)) pending.splice(pending.indexOf(each), 1);
        else if (!each.answered) each.answered = this.#apply(each.call.record, each.call.operation);
        else this.#end(pending.splice(pending.indexOf(each), 1)[0]!, tick++);
      }
      if (random.chance(0.05)) history.lists.push(this.#list(tick++, tick++));
    }
    history.calls = history.calls.filter(({ answer, operation }) => answer || operation.do !== 'get');
    history.watches.push({ name: 'all', stretches: [{ after: 0, changes: this.#changes }] });
    return history;
  }

  #operation(record: string, n: number): Operation {
    const { random } = this;
    const now = this.#records.get(record);
    const on = random.chance(0.5) ? now : undefined;
    const mark = String(n);
    if (now?.deleting && random.chance(0.5)) return { do: 'release', on: now };
    return random.pick<Operation>([{ do: 'get' }, { do: 'get' }, { do: 'create', t: mark }, { do: 'create', t: `k${n >> 3}${record}`, key: `k${n >> 3}${record}` }, { do: 'put', t: mark, on }, { do: 'patch', p: mark, on }, { do: 'delete', on }]);
  }

  #list(from: number, to: number): List {
    return { items: new Map(this.#records), rv: this.#rv, from, to };
  }

  #end({ call, answered }: Pending, tick: number): void {
    // Its answer is lost on the way.
    if (this.random.chance(0.05)) return;
    call.answer = answered!;
    call.to = tick;
  }

  #apply(record: string, operation: Operation): Answer {
    const now = this.#records.get(record);
    if (operation.do === 'create') return this.#create(record, operation, now);
    if (!now) return { is: 'absent' };
    if (operation.do === 'get') return { is: 'object', seen: now };
    if (operation.on && (operation.on as Seen).rv !== now.rv) return { is: 'conflict' };
    if (operation.do === 'release') return this.#drop(record, now);
    if (operation.do === 'delete') return now.deleting ? { is: 'object', seen: now } : this.#write(record, { ...now, deleting: true }, now.uid);
    const { t, deleting } = now;
    return this.#write(record, operation.do === 'put' ? { t: operation.t, deleting } : { t, p: operation.p, deleting }, now.uid);
  }

  #create(record: string, { t, key }: Operation & { do: 'create' }, now: Seen | undefined): Answer {
    const before = key === undefined ? undefined : this.#keys.get(key);
    if (before) return before.t === t ? { is: 'object', seen: before.seen } : { is: 'reused' };
    if (now) return { is: 'exists' };
    const made = this.#write(record, { t, deleting: false }, `uid-${this.#rv}`);
    if (key !== undefined) this.#keys.set(key, { t, seen: made.seen });
    return made;
  }

  #write(record: string, { t, p, deleting }: Content, uid: string): Answer & { is: 'object' } {
    const seen: Seen = { t, p, deleting, uid, rv: ++this.#rv };
    this.#changes.push({ type: this.#records.has(record) ? 'MODIFIED' : 'ADDED', record, seen });
    this.#records.set(record, seen);
    return { is: 'object', seen };
  }

  #drop(record: string, now: Seen): Answer {
    this.#changes.push({ type: 'DELETED', record, seen: { ...now, rv: ++this.#rv } });
    this.#records.delete(record);
    return { is: 'gone' };
  }
}
