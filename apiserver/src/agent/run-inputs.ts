import { ApiError, defaultsOf, revisionKind, secretParameters, templateKind, type Job, type ParameterSchema, type Revision, type RunInputs, type Service, type ServiceSpec, type Template } from '@spawnit/contract';
import { find } from '../resources/records.js';
import type { Envelopes } from '../secrets/envelope.js';
import { openParameters } from '../secrets/open-parameters.js';
import { findState } from '../state/records.js';
import type { States } from '../state/states.js';
import type { View } from '../store/log/view.js';
import { resolveInputs, type ResolvedInputs } from './resolve-inputs.js';

export interface RunOrder {
  cluster: string;
  view: View;
  service: Service;
  /** Name of the revision that is run. */
  revision: string;
  type: Job['spec']['type'] | 'Check';
  epoch: number;
  /** How the run reaches and authenticates for its state. */
  state: { address: string; username: string; password: string };
}

/** Everything that a run needs, with secrets opened: for the node that the service is placed on, and never to be logged. Throws Conflict. */
export async function runInputs(states: States, envelopes: Envelopes, order: RunOrder): Promise<RunInputs> {
  const { view, service, epoch } = order;
  const { namespace = '', name, uid = '' } = service.metadata;
  const revision = needed(find<Revision>(view, revisionKind, namespace, order.revision), `revision ${order.revision} of service ${namespace}/${name} is gone`);
  const { serviceSpec: spec, module, moduleRoot: root, generation } = revision.spec;
  const template = needed(find<Template>(view, templateKind, undefined, spec.template), `template ${spec.template} of service ${namespace}/${name} is gone`);
  const given = openParameters(envelopes, { namespace, name }, spec.parameters, template.spec.parameters);
  const resolved = await resolveInputs(states, { view, service, spec, schema: template.spec.parameters, type: order.type });
  const { variables, secret } = withDefaults(template.spec.parameters, revision.spec.defaults ?? defaultsOf(template.spec.parameters), given, resolved);
  const current = findState(view, namespace, uid)?.current;
  return {
    cluster: order.cluster,
    namespace,
    service: name,
    serviceUid: uid,
    epoch,
    generation,
    module,
    root,
    binding: template.spec.binding,
    provider: template.spec.provider,
    variables,
    secret,
    inputs: resolved.plain,
    ignoreFields: ignoredFields(service, spec),
    outputs: outputsOf(template),
    state: { ...order.state, ...(current && { serial: current.serial, resources: current.resources, version: current.key }) },
  };
}

function needed<T>(found: T | undefined, message: string): T {
  if (found === undefined) throw new ApiError('Conflict', message);
  return found;
}

/** The template's defaults as they were for the revision, under what was given, under what comes from other services; secrets apart. */
function withDefaults(schema: ParameterSchema, defaults: Record<string, unknown>, given: { plain: Record<string, unknown>; secret: Record<string, unknown> }, resolved: ResolvedInputs): Pick<RunInputs, 'variables' | 'secret'> {
  const secretNames = new Set([...secretParameters(schema), ...Object.keys(given.secret), ...Object.keys(resolved.secret)]);
  const all = { ...defaults, ...given.plain, ...given.secret, ...resolved.plain, ...resolved.secret };
  const of = (isSecret: boolean) => Object.fromEntries(Object.entries(all).filter(([name, value]) => secretNames.has(name) === isSecret && value !== null));
  return { variables: of(false), secret: of(true) };
}

/** What is ignored is policy, not part of what was applied: the newest word counts. */
function ignoredFields(service: Service, spec: ServiceSpec): string[] {
  return service.spec.drift?.ignoreFields ?? spec.drift?.ignoreFields ?? [];
}

function outputsOf(template: Template): RunInputs['outputs'] {
  return Object.fromEntries(Object.entries(template.spec.outputs).map(([name, { sensitive }]) => [name, sensitive === undefined ? {} : { sensitive }]));
}
