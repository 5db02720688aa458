/** Exit codes, as documented in --help: scripts rely on them. */
export const exits = { ok: 0, failed: 1, usage: 2, notFound: 3, auth: 4, conflict: 5, unreachable: 6, timeout: 124, interrupted: 130 } as const;
export type Exit = (typeof exits)[keyof typeof exits];

/** A command that ends with a message (none when empty: all has been said) and a code of its own. */
export class CommandError extends Error {
  constructor(
    readonly exit: Exit,
    message: string,
  ) {
    super(message);
  }
}
