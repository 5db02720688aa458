export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;
export type JsonObject = { [name: string]: JsonValue };

/**
 * Frozen, since nobody may change what is in memory except by a commit: readers get the very objects. What is the same in a
 * frozen model, in its order, is taken from there, so that it is in memory once: most of a record is as it was before, and as
 * in others of its kind. The value must be the caller's own, for its parts are exchanged.
 */
export function frozen<T extends JsonValue>(value: T, model?: JsonValue, another?: JsonValue): T;
export function frozen(value: JsonValue, model?: JsonValue, another?: JsonValue): JsonValue {
  if (typeof value === 'string') return value === model ? model : value === another ? another : value;
  if (!isObject(value) || Object.isFrozen(value)) return value;
  const names = Object.keys(value);
  for (const name of names) value[name] = frozen(value[name]!, partOf(model, name), partOf(another, name));
  if (hasParts(model, value, names)) return model;
  return hasParts(another, value, names) ? another : Object.freeze(value);
}

function partOf(model: JsonValue | undefined, name: string): JsonValue | undefined {
  return isObject(model) && Object.hasOwn(model, name) ? model[name] : undefined;
}

/** The very ones, and no others. */
function hasParts(model: JsonValue | undefined, parts: JsonObject, names: string[]): model is JsonObject {
  if (!isObject(model) || Array.isArray(model) !== Array.isArray(parts)) return false;
  const own = Object.keys(model);
  return own.length === names.length && names.every((name, i) => own[i] === name && model[name] === parts[name]);
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null;
}
