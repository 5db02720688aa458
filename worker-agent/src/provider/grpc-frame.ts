/** One message as gRPC frames it: a byte that says it is not compressed, its length in four, and itself. Source: gRPC over HTTP/2. */
export function framed(message: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

/** The one message of a unary call. Throws when it is compressed, cut short, or not alone. */
export function unframed(body: Buffer): Buffer {
  if (body.length < 5 || body[0] !== 0 || body.readUInt32BE(1) !== body.length - 5) throw new Error('malformed gRPC message');
  return body.subarray(5);
}

/** As gRPC writes texts into headers. */
export function percentEncoded(text: string): string {
  return encodeURIComponent(text.slice(0, 1_000));
}
