import type { z } from 'zod';
import { ApiError, type Cause } from './errors.js';
import { nearest } from './nearest.js';

/** So many causes are named, and so many of them in the message: a body of a megabyte can have a hundred thousand. */
const mostCauses = 100;
const mostInMessage = 20;

/** Parses `input`, or throws Invalid with a cause for each bad field; `at` is put before each path. */
export function parseOrThrow<T extends z.ZodType>(schema: T, input: unknown, what: { kind: string; name?: string; at?: string }): z.output<T> {
  const result = schema.safeParse(input, { reportInput: true });
  if (result.success) return result.data;
  const causes = result.error.issues.slice(0, mostCauses).flatMap((issue) => causesOf(issue, schema, what.at ?? ''));
  throw invalid(what, causes);
}

export function invalid(what: { kind: string; name?: string }, causes: Cause[]): ApiError {
  const first = causes.slice(0, mostInMessage).map((c) => (c.field ? `${c.field}: ${c.message}` : c.message));
  const list = [...first, ...(causes.length > mostInMessage ? ['and more'] : [])].join('; ');
  return new ApiError('Invalid', `${what.kind} ${what.name ? `"${what.name}" ` : ''}is invalid: ${list}`, { ...what, causes: causes.slice(0, mostCauses) });
}

function causesOf(issue: z.core.$ZodIssue, schema: z.ZodType, at: string): Cause[] {
  const field = joinPath(at, issue.path);
  if (issue.code !== 'unrecognized_keys') return [{ field, reason: reasonOf(issue), message: messageOf(issue) }];
  const known = knownKeys(schema, issue.path);
  return issue.keys.slice(0, mostCauses).map((key) => {
    const near = nearest(key, known);
    return { field: joinPath(field, [key]), reason: 'FieldValueUnknown', message: `unknown field "${key}"${near ? `, did you mean "${near}"?` : ''}` };
  });
}

export function joinPath(at: string, path: readonly PropertyKey[]): string {
  return path.reduce<string>((all, part) => (typeof part === 'number' ? `${all}[${part}]` : all ? `${all}.${String(part)}` : String(part)), at);
}

function reasonOf(issue: z.core.$ZodIssue): string {
  return issue.code === 'invalid_type' && issue.input === undefined ? 'FieldValueRequired' : 'FieldValueInvalid';
}

function messageOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type' && issue.input === undefined) return 'is required';
  if (issue.code === 'invalid_key') return issue.issues[0]?.message ?? issue.message;
  const got = JSON.stringify(issue.input) as string | undefined;
  const shown = got !== undefined && got.length <= 60 ? ` (got ${got})` : '';
  return issue.message.replace(/^Invalid input: /, '').replace(/, received .*$/, '') + shown;
}

/** Keys that the schema knows at `path`, seen through optional, default and the like. */
function knownKeys(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let at: SchemaNode | undefined = schema as unknown as SchemaNode;
  for (const part of path) {
    at = unwrap(at);
    at = at?._zod.def.shape?.[String(part)] ?? at?._zod.def.element ?? at?._zod.def.valueType;
  }
  return Object.keys(unwrap(at)?._zod.def.shape ?? {});
}

interface SchemaNode {
  _zod: { def: { shape?: Record<string, SchemaNode>; element?: SchemaNode; valueType?: SchemaNode; innerType?: SchemaNode } };
}

function unwrap(node: SchemaNode | undefined): SchemaNode | undefined {
  let at = node;
  while (at?._zod.def.innerType) at = at._zod.def.innerType;
  return at;
}
