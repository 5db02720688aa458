/** Failures before a request can have reached the store. */
const neverSent = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT']);

/** The HTTP status that an SDK error stands for, if there was an answer. */
export function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata?.httpStatusCode;
}

/** Whether a write that ended in this error may have taken effect, or may yet. */
export function mayHaveLanded(error: unknown): boolean {
  const status = statusOf(error);
  if (status !== undefined) return status >= 500 || status < 300 || status === 408;
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return code === undefined || !neverSent.has(code);
}

/** The store's own words, with its code, for messages. */
export function describeS3Error(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const status = statusOf(error);
  const code = (error as NodeJS.ErrnoException).code;
  const words = error.message || code || error.name;
  return status === undefined ? words : `${status} ${error.name}: ${words}`;
}
