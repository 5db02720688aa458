/** The only clockwork that the registry uses, so that a simulation can bring its own. */
export interface Timers {
  /** Calls back once after `ms`; the returned function calls it off. */
  after(ms: number, callback: () => void): () => void;
  /** The same, for what alone is no reason to keep the process alive. */
  idle(ms: number, callback: () => void): () => void;
  /** Lets everything that is ready run first. */
  turn(): Promise<void>;
}

export const realTimers: Timers = {
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
  idle(ms, callback) {
    const timer = setTimeout(callback, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
  turn: () => new Promise((resolve) => setImmediate(resolve)),
};

