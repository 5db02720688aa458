import { describeIdentity, invalid, secretParameters, sensitiveMask, templateKind, type Cause, type DriftedField, type ParameterSchema, type Service, type Template } from '@spawnit/contract';
import { find } from '../resources/records.js';
import { isSealed } from '../secrets/sealed-value.js';
import type { Decide } from './action.js';
import { changeSpec } from './change-spec.js';
import { driftedField, driftedFields } from './drifted-field.js';

type Parameters = Service['spec']['parameters'];

/** Declares what is live: each value goes into the parameter that the declared one came from. */
export const accept: Decide<'drift/accept'> = (asked) => {
  const { service, body, view, scope } = asked;
  const schema = find<Template>(view, templateKind, undefined, service.spec.template)?.spec.parameters;
  const chosen = body.fields.map((choice) => driftedField(service, choice));
  const causes = chosen.flatMap((field, index) => causesOf(field, `fields[${index}]`, service, schema));
  if (causes.length > 0) throw invalid({ kind: 'ServiceAction', name: service.metadata.name }, causes);
  const parameters = chosen.reduce<Parameters>((all, { parameter, live }) => withValue(all, schema, parameter!.split('.'), JSON.parse(live)), service.spec.parameters);
  const why = `Drift accepted: ${chosen.map(({ parameter, live }) => `${parameter} ${live}`).join(', ')}`;
  return {
    ...changeSpec(asked, { ...service.spec, parameters }, why),
    warnings: others(service, chosen),
    next: service.spec.suspend ? 'the service is suspended: nothing is applied until it is resumed' : 'a new generation is applied, which for these fields changes nothing real',
    event: { reason: 'DriftAccepted', message: `${describeIdentity(scope.identity)}: ${why}.` },
  };
};

function causesOf({ resource, field, live, parameter }: DriftedField, at: string, { spec }: Service, schema: ParameterSchema | undefined): Cause[] {
  const cannot = (why: string): Cause[] => [{ field: at, reason: 'FieldValueInvalid', message: `${resource}.${field} ${why}` }];
  if (parameter === undefined) return cannot('is not set by one parameter of the template, so there is none to declare it by: ignore it, or revert it');
  const [top = ''] = parameter.split('.');
  const source = spec.parametersFrom.find((each) => each.parameter === top);
  if (source) return cannot(`comes from output "${source.output}" of service "${source.service}": change that one, ignore it, or revert it`);
  if (secretParameters(schema).includes(top) || isSealed(spec.parameters[top])) return cannot('is set by a secret, whose live value is not known here: set the parameter, or revert it');
  const value = valueOf(live);
  if (value === undefined) return cannot('has a live value that is too long, or too secret, to be taken over from here: set the parameter yourself, ignore it, or revert it');
  const preset = schema?.properties[top]?.['default'];
  if (value === null && parameter === top && preset !== undefined && preset !== null) return cannot(`has no live value, and without one the template takes ${JSON.stringify(preset)}: ignore it, or revert it`);
  return [];
}

/** Undefined when the text is not the whole value. */
function valueOf(live: string): unknown {
  if (live.includes(sensitiveMask)) return undefined;
  try {
    return JSON.parse(live) as unknown;
  } catch {
    return undefined;
  }
}

/** What has no value is left out, so that the module's own counts. */
function withValue(parameters: Parameters, schema: ParameterSchema | undefined, [name = '', ...below]: string[], value: unknown): Parameters {
  const { [name]: old = schema?.properties?.[name]?.['default'], ...rest } = parameters;
  if (below.length > 0) return { ...parameters, [name]: withValue((old ?? {}) as Parameters, undefined, below, value) };
  return value === null ? rest : { ...parameters, [name]: value };
}

/** An apply makes everything as declared, also what was not chosen. */
function others(service: Service, chosen: DriftedField[]): string[] {
  const left = driftedFields(service).filter((field) => !chosen.includes(field)).map(({ resource, field }) => `${resource}.${field}`);
  return left.length === 0 ? [] : [`the apply sets as declared what was not accepted: ${left.slice(0, 5).join(', ')}${left.length > 5 ? ` and ${left.length - 5} more` : ''}`];
}
