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
