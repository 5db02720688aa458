import { field } from './protobuf.js';
import type { JsonSchema } from './schemas.js';
import type { OpenApiV2, V2Operation } from './v2.js';

/** Old kubectl takes the document in this form only. Messages and numbers: openapiv2/OpenAPIv2.proto of github.com/google/gnostic-models. */
export function encodeV2({ swagger, info, paths, definitions }: OpenApiV2): Buffer {
  return Buffer.concat([
    field.text(1, swagger),
    field.message(2, field.text(1, info.title), field.text(2, info.version)),
    field.message(8, ...Object.entries(paths).map(([path, { patch }]) => field.message(2, field.text(1, path), field.message(2, field.message(8, operation(patch)))))),
    field.message(9, named(1, definitions)),
  ]);
}

function operation({ operationId, produces, consumes, parameters, responses, ...extensions }: V2Operation): Buffer {
  return Buffer.concat([
    field.text(5, operationId),
    field.texts(6, produces),
    field.texts(7, consumes),
    ...parameters.map((parameter) => field.message(8, field.message(1, field.message(2, field.message(3, queryParameter(parameter)))))),
    field.message(9, ...Object.entries(responses).map(([code, { description }]) => field.message(1, field.text(1, code), field.message(2, field.message(1, field.text(1, description)))))),
    vendor(13, extensions),
  ]);
}

function queryParameter({ name, description, type, in: place }: V2Operation['parameters'][number]): Buffer {
  return Buffer.concat([field.text(2, place), field.text(3, description), field.text(4, name), field.text(6, type)]);
}

function schema(of: JsonSchema): Buffer {
  const { type, format, description, required, enum: values, additionalProperties, items, properties, ...rest } = of;
  const extensions = Object.fromEntries(Object.entries(rest).filter(([key]) => key.startsWith('x-')));
  return Buffer.concat([
    field.text(2, format as string | undefined),
    field.text(4, description),
    field.texts(19, required),
    ...((values as unknown[] | undefined) ?? []).map((value) => field.message(20, any(value))),
    typeof additionalProperties === 'object' ? field.message(21, field.message(1, schema(additionalProperties))) : Buffer.alloc(0),
    type ? field.message(22, field.texts(1, [type])) : Buffer.alloc(0),
    items ? field.message(23, field.message(1, schema(items))) : Buffer.alloc(0),
    properties ? field.message(25, named(1, properties)) : Buffer.alloc(0),
    vendor(31, extensions),
  ]);
}

function named(number: number, schemas: Record<string, JsonSchema>): Buffer {
  return Buffer.concat(Object.entries(schemas).map(([name, each]) => field.message(number, field.text(1, name), field.message(2, schema(each)))));
}

function vendor(number: number, extensions: Record<string, unknown>): Buffer {
  return Buffer.concat(Object.entries(extensions).map(([name, value]) => field.message(number, field.text(1, name), field.message(2, any(value)))));
}

/** Any value as YAML; JSON is YAML. */
function any(value: unknown): Buffer {
  return field.text(2, JSON.stringify(value));
}
