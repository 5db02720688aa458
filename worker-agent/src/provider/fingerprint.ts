import { createHash } from 'node:crypto';
import { canonical } from './msgpack.js';
import { bytesOf, fieldsOf } from './protobuf.js';

/** `DynamicValue.msgpack`, in tfplugin5 and tfplugin6. */
const msgpackField = 1;
/** `ReadResource.Response.new_state` and `ReadDataSource.Response.state`. */
const stateField = 1;

/** Equal for two answers to a read exactly when a plan could not tell them apart: state, private data, warnings and all. */
export function fingerprint(answer: Buffer): string {
  const hash = createHash('sha256');
  for (const { number, value } of fieldsOf(answer)) {
    const bytes = Buffer.isBuffer(value) ? (number === stateField ? ordered(value) : value) : Buffer.from(String(value));
    hash.update(`${number}:${bytes.length}:`).update(bytes);
  }
  return hash.digest('base64');
}

/** What can't be understood is compared as it stands. */
function ordered(dynamic: Buffer): Buffer {
  try {
    const fields = fieldsOf(dynamic);
    const value = bytesOf(fields, msgpackField);
    return value !== undefined && fields.length === 1 ? canonical(value) : dynamic;
  } catch {
    return dynamic;
  }
}

/** Whether diagnostics, which are the first field of an answer to Configure, hold an error. */
export function hasErrors(answer: Buffer): boolean {
  const severityError = 1n;
  return fieldsOf(answer).some(({ number, value }) => number === 1 && Buffer.isBuffer(value) && fieldsOf(value).some((field) => field.number === 1 && field.value === severityError));
}
