import type { RunInputs } from '@spawnit/contract';
import type { AgentConfig } from '../config.js';
import { planEncryption } from './plan-encryption.js';
import { runMark } from './process-group.js';
import { roomyHeap } from './roomy-heap.js';

export interface TofuSettings {
  tofu: string;
  cliConfig?: string;
  /** Where providers are kept that had to be fetched. */
  pluginCache: string;
  environment: AgentConfig['tofuEnvironment'];
}

/**
 * All that tofu gets to see. Nothing else is inherited, and secrets go this way only: not by file, not by argument.
 * A state that can't be written is given up after about 4 s, so that tofu, told to stop, still leaves errored.tfstate before
 * it is killed.
 */
export function tofuEnvironment(settings: TofuSettings, inputs: RunInputs, run: { id: string; dockerHost: string; planKey: Buffer }): Record<string, string> {
  const { address, username, password } = inputs.state;
  return {
    ...roomyHeap(inputs.binding),
    ...settings.environment.common,
    ...(inputs.binding === 'Remote' ? settings.environment.remote : {}),
    ...(settings.cliConfig !== undefined && { TF_CLI_CONFIG_FILE: settings.cliConfig }),
    TF_PLUGIN_CACHE_DIR: settings.pluginCache,
    TF_IN_AUTOMATION: '1',
    TF_INPUT: '0',
    TF_LOG: 'off',
    CHECKPOINT_DISABLE: '1',
    TF_HTTP_ADDRESS: address,
    TF_HTTP_LOCK_ADDRESS: address,
    TF_HTTP_UNLOCK_ADDRESS: address,
    TF_HTTP_USERNAME: username,
    TF_HTTP_PASSWORD: password,
    TF_HTTP_RETRY_MAX: '4',
    TF_HTTP_RETRY_WAIT_MIN: '1',
    TF_HTTP_RETRY_WAIT_MAX: '1',
    DOCKER_HOST: run.dockerHost,
    ...planEncryption(run.planKey),
    [runMark]: run.id,
    ...secretVariables(inputs.secret),
  };
}

function secretVariables(secret: RunInputs['secret']): Record<string, string> {
  const given = Object.entries(secret).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [`TF_VAR_${name}`, typeof value === 'string' ? value : asExpression(value)]));
}

const escapes: Record<string, string> = { '\\b': '\\u0008', '\\f': '\\u000c', $: '\\u0024', '%': '\\u0025' };

/**
 * tofu reads such a variable as an expression, in which `${` and `%{` would be evaluated and JSON's \b and \f are not known.
 * Doubling the sign, as people write it, is ambiguous after another one; a code point never is.
 */
export function asExpression(value: unknown): string {
  return JSON.stringify(value).replaceAll(/\\.|[$%]/gs, (found) => escapes[found] ?? found);
}
