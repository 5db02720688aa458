import type { ModuleBundle } from './agent.js';
import type { ParameterSchema } from './kinds/template.js';
import { holdsMark } from './marked-values.js';

/** Whom a module is run for, and where what it publishes is reached. */
export interface RunsFor {
  cluster: string;
  namespace: string;
  service: string;
  uid: string;
  host: string;
}

/** The values that go into terraform.tfvars.json: the service's own without secrets, and whom it is for, if the module asks. */
export function moduleVariables(values: Record<string, unknown>, bundle: ModuleBundle, { cluster, namespace, service, uid, host }: RunsFor): Record<string, unknown> {
  const spawnit = { cluster, namespace, service, uid, network: networkOf(namespace), host };
  return asksFor('spawnit', bundle) ? { ...values, spawnit } : values;
}

/** The network that all containers of a namespace share on one engine. */
export function networkOf(namespace: string): string {
  return `spawnit-${namespace}`;
}

/** What a template gives for parameters that nobody gave. */
export function defaultsOf({ properties }: ParameterSchema): Record<string, unknown> {
  return Object.fromEntries(Object.entries(properties).flatMap(([name, property]) => (property['default'] === undefined ? [] : [[name, property['default']]])));
}

/** Names of the parameters of which nothing may be shown: those that are writeOnly, or hold something that is. */
export function secretParameters(schema: ParameterSchema | undefined): string[] {
  return Object.entries(schema?.properties ?? {}).flatMap(([name, property]) => (holdsMark(property, 'writeOnly') ? [name] : []));
}

/** Only the files of the root folder say which variables there are. */
function asksFor(variable: string, { root, files }: ModuleBundle): boolean {
  const folder = root === '.' ? '' : `${root}/`;
  const own = Object.entries(files).filter(([path]) => path.startsWith(folder) && !path.slice(folder.length).includes('/') && /\.(tf|tofu)$/.test(path));
  return own.some(([, text]) => new RegExp(`^[ \\t]*variable[ \\t]+"${variable}"`, 'm').test(text));
}
