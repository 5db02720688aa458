import { moduleVariables, type ModuleBundle, type RunInputs } from '@spawnit/contract';

/** The values that a run's terraform.tfvars.json holds; secrets are given by the environment. */
export function variablesOf({ cluster, namespace, service, serviceUid: uid, variables }: RunInputs, bundle: ModuleBundle, host: string): Record<string, unknown> {
  return moduleVariables(variables, bundle, { cluster, namespace, service, uid, host });
}
