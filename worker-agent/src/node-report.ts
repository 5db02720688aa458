import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import type { HeartbeatRequest } from '@spawnit/contract';
import type { AgentConfig } from './config.js';
import type { EngineWatch } from './docker/engine-watch.js';
import type { DriftParts } from './drift/parts.js';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };

/** What a node says of itself with each heartbeat. */
export function nodeReport(config: AgentConfig, { info, reachable, problem, since }: EngineWatch, tofuVersion: string, drift?: Pick<DriftParts, 'problem' | 'problemSince'>): HeartbeatRequest['status'] {
  const abilities = [...(reachable ? ['docker'] : []), ...(hasAws(config) ? ['aws'] : [])];
  return {
    abilities,
    host: config.advertiseHost,
    ...(info && { engine: info.ID }),
    versions: { agent: version, tofu: tofuVersion, ...(info && { docker: info.ServerVersion }) },
    capacity: { cpus: info?.NCPU ?? cpus().length, memoryMb: Math.floor((info?.MemTotal ?? totalmem()) / 1024 ** 2) },
    conditions: [
      {
        type: 'EngineReachable',
        status: reachable ? 'True' : 'False',
        reason: reachable ? 'Answers' : 'Unreachable',
        message: reachable ? '' : problem.slice(0, 1_000),
        lastTransitionTime: since,
      },
      ...(drift ? [warmProviders(drift)] : []),
    ],
  };
}

type NodeCondition = NonNullable<HeartbeatRequest['status']['conditions']>[number];

function warmProviders({ problem, problemSince: lastTransitionTime }: Pick<DriftParts, 'problem' | 'problemSince'>): NodeCondition {
  const type = 'WarmProviders';
  if (problem === undefined) return { type, status: 'True', reason: 'Work', message: '', lastTransitionTime };
  return { type, status: 'False', reason: 'Failed', message: `${problem}; checks are full plans meanwhile`.slice(0, 1_000), lastTransitionTime };
}

/** Credentials of a kind that the AWS provider finds in the environment. */
function hasAws({ tofuEnvironment: { remote } }: AgentConfig): boolean {
  return ['AWS_ACCESS_KEY_ID', 'AWS_PROFILE', 'AWS_WEB_IDENTITY_TOKEN_FILE', 'AWS_ROLE_ARN'].some((name) => name in remote);
}
