/** Trying again can't help until something changes: the key is left alone until its next event or resync. */
export class TerminalError extends Error {
  override readonly name = 'TerminalError';
}
