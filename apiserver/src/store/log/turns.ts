/** While another's commit is among so many last ones, others are taken to be writing too. */
const SHARED = 16;
/** Others may be there unseen, always coming too late: after so many commits in a row they get a chance. */
const STREAK = 32;
const MAX_GIVE_WAY_MS = 50;

/**
 * Who has won a slot knows it first and would win the next one as well, for ever: the others must
 * read it before they can put theirs. So the winner waits for as long as that takes; what it has
 * to write gathers meanwhile and goes into one commit.
 */
export class Turns {
  #streak = 0;
  #sinceRival = Infinity;
  #wonAt = 0;
  #putMs = 0;

  won(started: number, now: number): void {
    this.#streak++;
    this.#sinceRival++;
    this.#wonAt = now;
    this.#putMs += (now - started - this.#putMs) / 8;
  }

  rivalWon(): void {
    this.#streak = 0;
    this.#sinceRival = 0;
  }

  /** How long to wait before putting the next commit; 0 for most. */
  giveWayMs(now: number): number {
    if (this.#streak === 0) return 0;
    if (this.#sinceRival > SHARED && this.#streak % STREAK !== 0) return 0;
    const pause = Math.min(1.5 * this.#putMs, MAX_GIVE_WAY_MS);
    return Math.max(0, pause - Math.abs(now - this.#wonAt));
  }
}
