/** What the server said when it refused, or that it could not be reached. */
export class Failure extends Error {
  override readonly name = 'Failure';
  constructor(
    message: string,
    readonly details: { status?: number; reason?: string; requestId?: string; causes?: readonly { field?: string; message: string }[] } = {},
  ) {
    super(message);
  }

  get unauthorized(): boolean {
    return this.details.status === 401;
  }
}

export function asFailure(error: unknown): Failure {
  return error instanceof Failure ? error : new Failure(error instanceof Error ? error.message : String(error));
}

/** What helps against it, where its own words don't say so. */
export function fixFor({ details: { status, reason } }: Failure): string | undefined {
  if (status === 401) return 'Nothing was done. Sign in, then do it again.';
  if (status === 403) return 'Sign in with a token of an administrator.';
  if (status === 409 && reason === 'Conflict') return 'Look at what it is now, then try again.';
  if (status === 429) return 'Wait a moment, then try again.';
  if (status !== undefined && status >= 500) return 'Try again. If it stays so, look for the request below in the apiserver’s log.';
  return undefined;
}
