import { z } from 'zod';

/** The coded table of errors: every refusal has one of these. docs/errors.md explains each; a test holds the two together. */
export const errorTable = {
  BadRequest: { status: 400, meaning: 'The request could not be read: malformed JSON or YAML, a bad query parameter.' },
  Unauthorized: { status: 401, meaning: 'No bearer token, or one that is not valid (any more).' },
  Forbidden: { status: 403, meaning: 'The caller may not do this.' },
  NotFound: { status: 404, meaning: 'There is no such resource, kind or route.' },
  MethodNotAllowed: { status: 405, meaning: 'The resource does not support this verb.' },
  NotAcceptable: { status: 406, meaning: 'The answer cannot be given in the asked-for form.' },
  AlreadyExists: { status: 409, meaning: 'A resource of this name exists.' },
  Conflict: { status: 409, meaning: 'The resource has changed since it was read, or is in a state that does not allow this.' },
  EpochPassed: { status: 409, meaning: 'The work has been given to another node: what this one still sends is kept aside, never applied.' },
  NotLeader: { status: 409, meaning: 'Another instance of this controller leads by now, or none does: what this one still writes is refused.' },
  StateLocked: { status: 423, meaning: 'The tofu state is locked by another run.' },
  Expired: { status: 410, meaning: 'The position in the history is no longer kept: list again.' },
  PayloadTooLarge: { status: 413, meaning: 'The body is larger than this route takes.' },
  UnsupportedMediaType: { status: 415, meaning: 'The body is of a content type that this route does not read.' },
  Invalid: { status: 422, meaning: 'The resource was read, but some fields are not valid; each is named.' },
  TooManyRequests: { status: 429, meaning: 'Too much at once: try again after the time given.' },
  InternalError: { status: 500, meaning: 'A defect in this system; the request id finds it in the log.' },
  ServiceUnavailable: { status: 503, meaning: 'Something this needs (the object store, a node) cannot be reached now; nothing was lost.' },
  Timeout: { status: 504, meaning: 'The outcome did not become known in time.' },
} as const satisfies Record<string, { status: number; meaning: string }>;
export type ErrorCode = keyof typeof errorTable;

/** Reason of a cause: the request was turned away before anything of it was done, so it may be sent again as it is. */
export const nothingDone = 'NothingDone';

/** Reason of a cause: a check was refused because a job is under way, which says nothing of what runs. */
export const jobUnderWay = 'JobUnderWay';

export const Cause = z.object({ field: z.string().optional(), reason: z.string().optional(), message: z.string() });
export type Cause = z.infer<typeof Cause>;

/** Kubernetes' Status object: how every refusal looks on the wire. */
export const Status = z.object({
  kind: z.literal('Status'),
  apiVersion: z.literal('v1'),
  metadata: z.object({}).loose(),
  status: z.enum(['Success', 'Failure']),
  message: z.string().optional(),
  reason: z.string().optional(),
  details: z
    .object({ name: z.string().optional(), group: z.string().optional(), kind: z.string().optional(), uid: z.string().optional(), causes: z.array(Cause).optional(), retryAfterSeconds: z.number().optional() })
    .optional(),
  code: z.number(),
});
export type Status = z.infer<typeof Status>;

export interface ErrorDetails {
  kind?: string;
  name?: string;
  causes?: Cause[];
  retryAfterSeconds?: number;
  /** Of a list whose moment is past: the token to go on with what there is now. */
  continue?: string;
  /** It is no answer of an apiserver: something in between gave it, such as a balancer that has none to hand on to. */
  foreign?: boolean;
  /** For the log only; never sent. */
  internal?: unknown;
}

/** The one error type, free of any transport: public message and details apart from what only the log may see. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: ErrorDetails = {},
  ) {
    super(message, { cause: details.internal });
  }

  get status(): number {
    return errorTable[this.code].status;
  }

  toStatus(): Status {
    const { kind, name, causes, retryAfterSeconds, continue: token } = this.details;
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: token === undefined ? {} : { continue: token },
      status: 'Failure',
      message: this.message,
      reason: this.code,
      details: { ...(name && { name }), ...(kind && { kind }), ...(causes && { causes }), ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) },
      code: this.status,
    };
  }

  /** Reads a Status answer back into the error it was made from. */
  static fromStatus(status: Status, more: Pick<ErrorDetails, 'foreign'> = {}): ApiError {
    const code = status.reason !== undefined && status.reason in errorTable ? (status.reason as ErrorCode) : codeOf(status.code);
    const token = status.metadata['continue'];
    return new ApiError(code, status.message ?? errorTable[code].meaning, { ...status.details, ...more, ...(typeof token === 'string' && { continue: token }) });
  }

  /** That something is not there is the apiserver's to say: a 404 of something in between is `NotFound` for nobody. */
  static is(error: unknown, ...codes: ErrorCode[]): error is ApiError {
    if (!(error instanceof ApiError)) return false;
    return codes.length === 0 || (codes.includes(error.code) && !(error.code === 'NotFound' && error.details.foreign));
  }
}

function codeOf(status: number): ErrorCode {
  const found = Object.entries(errorTable).find(([, row]) => row.status === status);
  return (found?.[0] as ErrorCode | undefined) ?? 'InternalError';
}
