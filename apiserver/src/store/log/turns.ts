/** Another's commit within so many ms means that it is writing too. */
const sharedMs = 250;
/** Others may be there unseen, always coming too late: after so many commits in a row they get a chance. */
const longestStreak = 32;
/** Waits are spread over so many times the duration of a put. */
const spread = 2;
const longestPutMs = 12;

/**
 * When several servers write at once, each waits a random while and looks before it puts.
 *
 * Else the winner of a slot, who knows it first, wins the next one as well, and others wait for
 * seconds. And a collision is dear: MinIO lets the second writer of a key sleep for up to 50 ms
 * (its `lsync`). What is to be written gathers meanwhile and goes into one commit.
 */
export class Turns {
  #streak = 0;
  #rivalAt = -Infinity;
  #putMs = 0;

  won(started: number, now: number): void {
    this.#streak++;
    this.#putMs += (Math.min(now - started, longestPutMs) - this.#putMs) / 8;
  }

  rivalWon(now: number): void {
    this.#streak = 0;
    this.#rivalAt = now;
  }

  /** How long to wait before the next put: 0 while nobody else writes. */
  waitMs(now: number, random: () => number): number {
    if (Math.abs(now - this.#rivalAt) < sharedMs) return 1 + random() * spread * this.#putMs;
    return this.#streak > 0 && this.#streak % longestStreak === 0 ? 1 + this.#putMs : 0;
  }
}
