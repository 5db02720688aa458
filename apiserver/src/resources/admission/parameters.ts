import { Validator, type OutputUnit } from '@cfworker/json-schema';
import { invalid, secretParameters, type Cause, type ParameterSchema } from '@spawnit/contract';
import { isSealed } from '../../secrets/sealed-value.js';
import { bounded, TooSlow } from './bounded.js';
import { causeOf, type SchemaNode } from './parameter-messages.js';

interface Compiled {
  validator: Validator;
  secret: Set<string>;
}
const compiled = new WeakMap<ParameterSchema, Compiled>();

/** Of a hundred thousand things that are wrong nobody reads more. */
const mostFailures = 1_000;

/**
 * What is wrong with a service's parameters by its template's JSON Schema, in words for people. Sealed values were
 * checked when they were sealed; those in `supplied` come from elsewhere, so they may be missing.
 */
export function parameterCauses(schema: ParameterSchema, parameters: Record<string, unknown>, supplied: ReadonlySet<string>): Cause[] {
  const { validator, secret } = compile(schema);
  const sealed = Object.keys(parameters).filter((name) => secret.has(name) && isSealed(parameters[name]));
  const open = Object.fromEntries(Object.entries(parameters).filter(([name]) => !sealed.includes(name)));
  const given = new Set([...supplied, ...sealed]);
  return leaves(failures(validator, open), schema as SchemaNode)
    .slice(0, mostFailures)
    .map((unit) => causeOf(unit, { schema: schema as SchemaNode, parameters: open, secret }))
    .filter(({ field, reason }) => !(reason === 'FieldValueRequired' && given.has(field!.slice('spec.parameters.'.length))));
}

function failures(validator: Validator, parameters: Record<string, unknown>): OutputUnit[] {
  try {
    return bounded(() => validator.validate(parameters).errors);
  } catch (error) {
    if (!(error instanceof TooSlow)) throw error;
    throw invalid({ kind: 'Service' }, [{ field: 'spec.parameters', reason: 'FieldValueInvalid', message: 'can\'t be checked in reasonable time: there are too many values, or a pattern of the template backtracks on one of them' }]);
  }
}

/** Throws when a validator can't be made of it. */
function compile(schema: ParameterSchema): Compiled {
  let found = compiled.get(schema);
  if (found === undefined) compiled.set(schema, (found = { validator: new Validator(structuredClone(schema), '2020-12', false), secret: new Set(secretParameters(schema)) }));
  return found;
}

/** Keywords that only say that something inside them failed, which is in the list on its own. */
const containers = new Set(['properties', 'items', 'prefixItems', 'additionalProperties', 'patternProperties', 'propertyNames', 'allOf', '$ref', 'if', 'then', 'else', 'dependentSchemas']);
const choices = new Set(['anyOf', 'oneOf', 'not', 'contains']);

function leaves(units: OutputUnit[], schema: SchemaNode): OutputUnit[] {
  const failedChoices = [...new Set(units.filter(({ keyword }) => choices.has(keyword)).map(({ keywordLocation }) => `${keywordLocation}/`))];
  const seen = new Set<string>();
  return units.filter(({ keyword, keywordLocation, instanceLocation, error }) => {
    const id = `${keywordLocation} ${instanceLocation} ${error}`;
    if (containers.has(keyword) || seen.has(id) || schema === undefined) return false;
    seen.add(id);
    return !failedChoices.some((choice) => keywordLocation.startsWith(choice));
  });
}
