/** The head of a request that only reads: a line, headers, and no body. */
export interface ReadHead {
  method: 'GET' | 'HEAD';
  target: string;
  /** Where what follows it begins. */
  end: number;
}

const mostBytes = 64 * 1024;
const endOfHead = Buffer.from('\r\n\r\n');

/**
 * Undefined while it has not arrived wholly; a text says why it may not pass. Strict, as its bytes are handed on as they are:
 * what two servers could read in two ways is refused, and so is whatever announces a body or another protocol. Pure.
 */
export function readHead(bytes: Buffer): ReadHead | string | undefined {
  const at = bytes.indexOf(endOfHead);
  if (at < 0 || at > mostBytes) return bytes.length > mostBytes ? 'the head of the request is too long' : undefined;
  const [first = '', ...headers] = bytes.toString('latin1', 0, at).split('\r\n');
  const line = /^([A-Z]+) (\/[!-~]*) HTTP\/1\.1$/.exec(first);
  const sane = headers.every((header) => /^[!-9;-~]+:[\t -~\x80-\xff]*$/.test(header));
  if (line === null || !sane) return 'this is no plain HTTP request';
  const [, method, target] = line;
  if ((method !== 'GET' && method !== 'HEAD') || headers.some(bringsMore)) return 'a drift check changes nothing';
  return { method, target: target!, end: at + endOfHead.length };
}

function bringsMore(header: string): boolean {
  return /^(transfer-encoding|upgrade|expect)\s*:|^content-length:(?!\s*0\s*$)|^connection:.*upgrade/i.test(header);
}
