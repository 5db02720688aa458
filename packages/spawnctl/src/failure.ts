import { ApiError, errorText, Unreachable, type ErrorCode } from '@spawnit/contract';
import { CommandError, exits, type Exit } from './exit.js';

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

/** What a person reads: the message, a line for each field that is at fault, and what to do. */
export function explain(error: unknown): string {
  if (error instanceof Unreachable) return `error: ${error.message}\n  ${remedy(error)}`;
  if (!(error instanceof ApiError)) return `error: ${errorText(error)}`;
  const causes = error.details.causes ?? [];
  const lines = causes.length > 1 ? causes.map((c) => `  ${c.field ? `${c.field}: ` : ''}${c.message}`) : [];
  const login = error.code === 'Unauthorized' ? ['  the server writes a kubeconfig with a valid token into its data directory; `spawnctl config view` shows the one in use'] : [];
  const contested = causes.length > 1 && causes.some(({ reason }) => reason === 'FieldManagerConflict') ? ['  leave the fields out, give them the same values, or take them over with force (--force-conflicts)'] : [];
  const retry = error.details.retryAfterSeconds ? [`  try again in ${error.details.retryAfterSeconds} s`] : [];
  return [`error: ${causes.length > 1 ? headOf(error) : error.message}`, ...lines, ...contested, ...login, ...retry].join('\n');
}

/** The message without its causes, which follow line by line. */
export function headOf(error: ApiError): string {
  return error.message.split(': ')[0]!;
}

const certificateFaults = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME/;

function remedy(error: Unreachable): string {
  const { code = '' } = (error.cause ?? {}) as NodeJS.ErrnoException;
  if (certificateFaults.test(code)) return "its certificate is not the one that the kubeconfig trusts: take the kubeconfig from the server's data directory again";
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'there is no host of that name: see `spawnctl config view`';
  return 'is it running? Start a local star with `npm start`; `spawnctl config view` shows which server is meant';
}
