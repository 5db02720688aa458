import { ModuleDigest, Name, ObjectMeta, apiVersionOf, joinPath, parseOrThrow, type KindDefinition, type Resource } from '@spawnit/contract';
import { z } from 'zod';

/** How unknown fields are taken: refused, left out with a warning, or left out silently. */
export type FieldValidation = 'Strict' | 'Warn' | 'Ignore';

/** What an object of this kind must look like as a whole. */
export function objectSchema(kind: KindDefinition): z.ZodObject {
  return known(kind).whole;
}

/** Checks a body and applies defaults. `status` is only checked by `readStatus`. Throws Invalid, each bad field named. */
export function readObject(kind: KindDefinition, body: unknown, mode: FieldValidation, warn: (message: string) => void): Resource {
  const { schema, name } = known(kind);
  const object = parse(schema, body, kind, mode, warn) as Resource;
  if (object.metadata.name !== undefined) parseOrThrow(name, object, { kind: kind.kind, name: object.metadata.name });
  return object;
}

/** Checks the status of a body, its other parts only as far as they say which object is meant. */
export function readStatus(kind: KindDefinition, body: unknown, mode: FieldValidation, warn: (message: string) => void): Resource {
  return parse(known(kind).status, body, kind, mode, warn) as Resource;
}

/** What a resource of this kind may be called. */
export function nameSchema(kind: KindDefinition): z.ZodType {
  return kind.kind === 'Module' ? ModuleDigest : Name;
}

interface Schemas {
  whole: z.ZodObject;
  schema: z.ZodObject;
  status: z.ZodObject;
  name: z.ZodType;
}
const schemas = new WeakMap<KindDefinition, Schemas>();

function known(kind: KindDefinition): Schemas {
  let found = schemas.get(kind);
  if (found === undefined) schemas.set(kind, (found = build(kind)));
  return found;
}

function build(kind: KindDefinition): Schemas {
  const head = { apiVersion: z.literal(apiVersionOf(kind)), kind: z.literal(kind.kind), metadata: ObjectMeta };
  const spec = kind.flat ? (kind.spec as z.ZodObject).shape : { spec: optionalWhenEmpty(kind.spec) };
  const loose = { status: z.unknown().optional() };
  return {
    whole: z.strictObject({ ...head, ...spec, ...(kind.status && { status: kind.status.optional() }) }),
    schema: z.strictObject({ ...head, ...spec, ...loose }),
    status: z.object({ ...head, metadata: z.looseObject({}), status: kind.status ?? z.unknown() }),
    name: z.object({ metadata: z.object({ name: nameSchema(kind) }) }),
  };
}

/** A kind all of whose fields may be left out needs no spec at all. */
function optionalWhenEmpty(spec: z.ZodType): z.ZodType {
  return spec.safeParse({}).success ? spec.prefault({}) : spec;
}

function parse(schema: z.ZodObject, body: unknown, kind: KindDefinition, mode: FieldValidation, warn: (message: string) => void): unknown {
  const what = { kind: kind.kind, name: nameIn(body) };
  if (mode === 'Strict') return parseOrThrow(schema, body, what);
  return parseOrThrow(schema, withoutUnknown(schema, body, mode === 'Warn' ? warn : () => undefined), what);
}

/** A copy of the body that has only fields which the schema knows. */
function withoutUnknown(schema: z.ZodObject, body: unknown, warn: (message: string) => void): unknown {
  const found = schema.safeParse(body);
  if (found.success) return body;
  const copy = structuredClone(body);
  for (const issue of found.error.issues) {
    if (issue.code !== 'unrecognized_keys') continue;
    const holder = issue.path.reduce<unknown>((at, part) => (at as Record<PropertyKey, unknown> | undefined)?.[part], copy);
    for (const key of issue.keys) {
      delete (holder as Record<string, unknown>)[key];
      warn(`unknown field "${joinPath('', [...issue.path, key])}"`);
    }
  }
  return copy;
}

function nameIn(body: unknown): string | undefined {
  const name = (body as { metadata?: { name?: unknown } } | undefined)?.metadata?.name;
  return typeof name === 'string' ? name : undefined;
}
