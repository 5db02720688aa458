/** The server could not be reached, or broke off before it answered: whether a write was done is not known. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
}
