import type { ModuleBundle, RunInputs } from '@spawnit/contract';

/** The network that all containers of a namespace share on one engine. */
export function networkOf(namespace: string): string {
  return `spawnit-${namespace}`;
}

/** The values that go into terraform.tfvars.json: the service's own without secrets, and who it is for, if the module asks. */
export function variablesOf(inputs: RunInputs, bundle: ModuleBundle, host: string): Record<string, unknown> {
  const { cluster, namespace, service, serviceUid: uid, variables } = inputs;
  const spawnit = { cluster, namespace, service, uid, network: networkOf(namespace), host };
  return asksFor('spawnit', bundle) ? { ...variables, spawnit } : variables;
}

function asksFor(variable: string, { root, files }: ModuleBundle): boolean {
  const folder = root === '.' ? '' : `${root}/`;
  const own = Object.entries(files).filter(([path]) => path.startsWith(folder) && !path.slice(folder.length).includes('/') && path.endsWith('.tf'));
  return own.some(([, text]) => new RegExp(`^[ \\t]*variable[ \\t]+"${variable}"`, 'm').test(text));
}
