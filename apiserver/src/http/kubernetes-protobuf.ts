import { ApiError } from '@spawnit/contract';

export const protobufType = 'application/vnd.kubernetes.protobuf';

/**
 * Reads what newer kubectl sends in Kubernetes' own protobuf, which it does for Kubernetes' own kinds whatever the
 * server says it takes: `create namespace`, `auth`. Only what an object of ours can have is read.
 * Messages and numbers: generated.proto of k8s.io/api/core/v1 and authorization/v1, and k8s.io/apimachinery's runtime and meta/v1.
 */
export function readProtobuf(body: Buffer): unknown {
  if (body.toString('latin1', 0, 4) !== 'k8s\0') throw new ApiError('BadRequest', `the body is not ${protobufType}: it does not begin with its magic bytes`);
  const unknown = fieldsOf(body.subarray(4));
  const type = fieldsOf(bytes(unknown, 1));
  const kind = text(type, 2);
  const read = Object.hasOwn(readers, kind ?? '') ? readers[kind!] : undefined;
  if (read === undefined) throw new ApiError('UnsupportedMediaType', `only ${Object.keys(readers).join(', ')} are read from ${protobufType}, and this is a ${kind ?? 'nothing'}: send JSON`);
  return { apiVersion: text(type, 1), kind, ...read(fieldsOf(bytes(unknown, 2))) };
}

const readers: Record<string, (object: Fields) => object> = {
  Namespace: (object) => ({ metadata: metadataIn(fieldsOf(bytes(object, 1))) }),
  SelfSubjectReview: () => ({}),
  SelfSubjectRulesReview: (object) => ({ spec: defined({ namespace: text(fieldsOf(bytes(object, 2)), 1) }) }),
  SelfSubjectAccessReview: (object) => {
    const spec = fieldsOf(bytes(object, 2));
    const names = ['namespace', 'verb', 'group', 'version', 'resource', 'subresource', 'name'];
    const part = (number: number, of: string[]) => (spec.has(number) ? defined(Object.fromEntries(of.map((name, index) => [name, text(fieldsOf(bytes(spec, number)), index + 1)]))) : undefined);
    return { spec: defined({ resourceAttributes: part(1, names), nonResourceAttributes: part(2, ['path', 'verb']) }) };
  },
};

function metadataIn(metadata: Fields): object {
  return defined({ name: text(metadata, 1), generateName: text(metadata, 2), resourceVersion: text(metadata, 6), labels: textMap(metadata, 11), annotations: textMap(metadata, 12) });
}

/** Field number → its contents, for those that have a length; other fields are passed over. */
type Fields = Map<number, Buffer[]>;

function fieldsOf(message: Buffer): Fields {
  const fields: Fields = new Map();
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = message[at++];
      if (byte === undefined || shift > 63) throw new ApiError('BadRequest', `the body is torn: it ends within a field of ${protobufType}`);
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  const skip = (length: number) => {
    if (at + length > message.length) throw new ApiError('BadRequest', `the body is torn: a field of ${protobufType} is longer than what is left`);
    at += length;
    return message.subarray(at - length, at);
  };
  // Without a copy of those before: a body of a megabyte can have half a million.
  const add = (number: number, contents: Buffer) => {
    const before = fields.get(number);
    if (before) before.push(contents);
    else fields.set(number, [contents]);
  };
  while (at < message.length) {
    const tag = varint();
    const [number, wire] = [Math.floor(tag / 8), tag % 8];
    if (wire === 0) varint();
    else if (wire === 1) skip(8);
    else if (wire === 5) skip(4);
    else if (wire === 2) add(number, skip(varint()));
    else throw new ApiError('BadRequest', `the body has a field of an unknown wire type (${wire}) of ${protobufType}`);
  }
  return fields;
}

function bytes(fields: Fields, number: number): Buffer {
  return fields.get(number)?.at(-1) ?? Buffer.alloc(0);
}

function text(fields: Fields, number: number): string | undefined {
  return bytes(fields, number).toString() || undefined;
}

function textMap(fields: Fields, number: number): Record<string, string> | undefined {
  const entries = fields.get(number)?.map(fieldsOf).map((entry) => [text(entry, 1) ?? '', text(entry, 2) ?? ''] as const);
  return entries && Object.fromEntries(entries);
}

function defined(object: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}
