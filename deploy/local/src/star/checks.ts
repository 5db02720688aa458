import { mkdirSync, statfsSync } from 'node:fs';
import { engineHost, engineMissing, engineState } from '../engine/state.js';
import type { Tool } from '../part/found.js';
import { parts, type PartName } from '../tools/parts.js';
import { isFree, listenerOn } from './port.js';

/** One thing that a local start needs: how it is, and what mends it when it is not well. */
export interface Check {
  what: string;
  found: string;
  mend?: string;
}

const wanted: PartName[] = ['opentofu', 'docker-provider', 'hello-image'];
const leastNode = [20, 19] as const;
const leastFreeMb = 1_024;

/** Everything that `npm start` needs on this machine; nothing is got or changed. */
export async function localChecks(dataDir: string, port: number): Promise<Check[]> {
  return [nodeCheck(process.versions.node), await engineCheck(), ...(await Promise.all(wanted.map(partCheck))), await portCheck(port), diskCheck(dataDir)];
}

function nodeCheck(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const enough = major > leastNode[0] || (major === leastNode[0] && minor >= leastNode[1]);
  return { what: 'Node', found: version, ...(!enough && { mend: `install Node ${leastNode.join('.')} or later: https://nodejs.org` }) };
}

async function engineCheck(): Promise<Check> {
  const state = await engineState(engineHost());
  if (state.kind === 'running') return { what: 'Docker engine', found: `${state.version} at ${state.host}` };
  const { why, mend } = engineMissing(state);
  return { what: 'Docker engine', found: why, mend };
}

async function partCheck(name: PartName): Promise<Check> {
  const tool: Tool | undefined = await parts[name].find().catch(() => undefined);
  return tool ? { what: name, found: tool.version } : { what: name, found: 'not there yet', mend: '`npm start` gets it; `node deploy/local/bootstrap.mjs tools` gets it alone' };
}

async function portCheck(port: number): Promise<Check> {
  if (await isFree(port)) return { what: `port ${port}`, found: 'free' };
  return { what: `port ${port}`, found: `in use by ${listenerOn(port) ?? 'another process'}; a start takes the next free one` };
}

function diskCheck(dataDir: string): Check {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const { bavail, bsize } = statfsSync(dataDir);
    const freeMb = Math.floor((bavail * bsize) / 2 ** 20);
    return { what: 'disk', found: `${freeMb} MB free at ${dataDir}`, ...(freeMb < leastFreeMb && { mend: `make room: at least ${leastFreeMb} MB` }) };
  } catch (error) {
    return { what: 'disk', found: `can't write to ${dataDir} (${(error as NodeJS.ErrnoException).code ?? String(error)})`, mend: 'make it writable for this user, or choose another with --data-dir' };
  }
}
