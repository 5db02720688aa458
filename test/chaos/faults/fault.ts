/** Something that goes wrong, and ends again. */
export interface Fault {
  /** What happens to whom, in a few words. */
  what: string;
  /** Sort, for counting. */
  sort: string;
  /** For how long, in ms; 0 when it is over at once. */
  ms: number;
  begin(): Promise<void> | void;
  end(): Promise<void> | void;
}
