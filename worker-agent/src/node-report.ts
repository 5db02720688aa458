import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import type { HeartbeatRequest } from '@spawnit/contract';
import type { AgentConfig } from './config.js';
import type { Disk } from './disk/disk-watch.js';
import type { EngineWatch } from './docker/engine-watch.js';
import type { DriftParts } from './drift/parts.js';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };

interface ReportedParts {
  engine: EngineWatch;
  disk: Disk;
  drift?: Pick<DriftParts, 'problem' | 'problemSince'>;
}

/** What a node says of itself with each heartbeat. */
export function nodeReport(config: AgentConfig, { engine, disk, drift }: ReportedParts, tofuVersion: string): HeartbeatRequest['status'] {
  const { info, reachable, problem, since } = engine;
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
      diskPressure(disk),
      ...(drift ? [warmProviders(drift), engineEvents(engine)] : []),
    ],
  };
}

type NodeCondition = NonNullable<HeartbeatRequest['status']['conditions']>[number];

function diskPressure({ level, since: lastTransitionTime }: Disk): NodeCondition {
  const messages = { Room: '', Filling: 'the disk of the data folder is 85 % full or more: workdirs are not kept warm', Full: 'the disk of the data folder is 95 % full or more: no new job begins here' };
  return { type: 'DiskPressure', status: level === 'Full' ? 'True' : 'False', reason: level, message: messages[level], lastTransitionTime };
}

function warmProviders({ problem, problemSince: lastTransitionTime }: Pick<DriftParts, 'problem' | 'problemSince'>): NodeCondition {
  const type = 'WarmProviders';
  if (problem === undefined) return { type, status: 'True', reason: 'Work', message: '', lastTransitionTime };
  return { type, status: 'False', reason: 'Failed', message: `${problem}; tofu starts its own meanwhile, and checks are full plans`.slice(0, 1_000), lastTransitionTime };
}

function engineEvents({ events: { followed, problem, since: lastTransitionTime } }: EngineWatch): NodeCondition {
  const message = followed ? '' : `the engine's events can't be followed, so drift is found when a check is due: ${problem}`.slice(0, 1_000);
  return { type: 'EngineEvents', status: followed ? 'True' : 'False', reason: followed ? 'Followed' : 'Lost', message, lastTransitionTime };
}

/** Credentials of a kind that the AWS provider finds in the environment. */
function hasAws({ tofuEnvironment: { remote } }: AgentConfig): boolean {
  return ['AWS_ACCESS_KEY_ID', 'AWS_PROFILE', 'AWS_WEB_IDENTITY_TOKEN_FILE', 'AWS_ROLE_ARN'].some((name) => name in remote);
}
