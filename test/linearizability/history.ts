/** A version of a record, as far as the checks look: two labels that each write fills anew, so that no two versions are alike. */
export interface Content {
  /** Of the create or put that wrote it. */
  t: string;
  /** Of the last patch since. */
  p?: string;
  deleting: boolean;
}

/** A version as a server showed it. */
export interface Seen extends Content {
  uid: string;
  rv: number;
}

/** `on`: only on this very version. */
export type Operation =
  | { do: 'create'; t: string; /** Idempotency-Key. */ key?: string }
  | { do: 'get' }
  | { do: 'put'; t: string; on?: Content }
  | { do: 'patch'; p: string; on?: Content }
  | { do: 'delete'; on?: Content }
  /** Takes the finalizer off a version that is being deleted: the record goes. */
  | { do: 'release'; on: Content };

export type Answer = { is: 'object'; seen: Seen } | { is: 'gone' | 'absent' | 'exists' | 'conflict' | 'reused' };

/** What one client asked of one record. `from` and `to` count what was sent and received by all clients of the history. */
export interface Call {
  record: string;
  operation: Operation;
  /** Undefined: nobody told whether it was done. It may be done at any time after, or never; `to` is Infinity. */
  answer?: Answer;
  /** -1 for a read that the server itself called possibly out of date. */
  from: number;
  to: number;
}

export interface List {
  items: Map<string, Seen>;
  rv: number;
  from: number;
  to: number;
}

export interface Change {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  record: string;
  seen: Seen;
}

/** One unbroken claim of a watch: all changes of its selection after `after`, of which `items` is what there was, if it was listed. */
export interface Stretch {
  after: number;
  items?: Map<string, Seen>;
  changes: Change[];
}

export interface Watched {
  /** Which server, and what was selected, for people. */
  name: string;
  /** Everything when there is none. */
  selects?: (content: Content) => boolean;
  stretches: Stretch[];
}

export interface History {
  calls: Call[];
  lists: List[];
  watches: Watched[];
}

export function sameContent(a: Content, b: Content): boolean {
  return a.t === b.t && a.p === b.p && a.deleting === b.deleting;
}
