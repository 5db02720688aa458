import { ApiError, Unreachable, type ErrorCode } from '@spawnit/contract';

/** Exit codes, as documented in --help: scripts rely on them. */
export const exits = { ok: 0, failed: 1, usage: 2, notFound: 3, auth: 4, conflict: 5, unreachable: 6, timeout: 124, interrupted: 130 } as const;
export type Exit = (typeof exits)[keyof typeof exits];

/** A command that ends with a message and a code of its own. */
export class CommandError extends Error {
  constructor(
    readonly exit: Exit,
    message: string,
  ) {
    super(message);
  }
}

const codeExits: Partial<Record<ErrorCode, Exit>> = {
  NotFound: exits.notFound,
  Unauthorized: exits.auth,
  Forbidden: exits.auth,
  Conflict: exits.conflict,
  AlreadyExists: exits.conflict,
  EpochPassed: exits.conflict,
  StateLocked: exits.conflict,
  ServiceUnavailable: exits.unreachable,
  Timeout: exits.timeout,
};

export function exitOf(error: unknown): Exit {
  if (error instanceof CommandError) return error.exit;
  if (error instanceof Unreachable) return exits.unreachable;
  if (error instanceof ApiError) return codeExits[error.code] ?? exits.failed;
  return exits.failed;
}

/** What a person reads: the message, and a line for each field that is at fault. */
export function explain(error: unknown): string {
  if (error instanceof Unreachable) return `error: ${error.message}; is the star running? (\`npm start\`)`;
  if (!(error instanceof ApiError)) return `error: ${error instanceof Error ? error.message : String(error)}`;
  const causes = error.details.causes ?? [];
  const head = causes.length > 1 ? error.message.split(': ')[0] : error.message;
  const lines = causes.length > 1 ? causes.map((c) => `  ${c.field ? `${c.field}: ` : ''}${c.message}`) : [];
  const retry = error.details.retryAfterSeconds ? [`  try again in ${error.details.retryAfterSeconds} s`] : [];
  return [`error: ${head}`, ...lines, ...retry].join('\n');
}
