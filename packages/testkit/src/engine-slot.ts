import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { descendants, processesNaming, signalProcess } from './processes.js';
import { waitFor } from './wait-for.js';

/** What one engine of the tests has for itself on the machine. */
export interface EngineSlot {
  /** Its name in containerd and in iptables comments. */
  id: string;
  /** Its folder; short, as socket paths may have only 107 bytes. */
  dir: string;
  bridge: string;
  /** The default bridge's address and its length. */
  address: string;
}

/** Takes a number that no other engine of any test has, by making its folder. */
export function claimSlot(): EngineSlot {
  for (let number = 1; number <= 250; number++) {
    const slot = slotOf(number);
    if (!claim(slot.dir)) continue;
    writeFileSync(ownerFile(slot.dir), String(process.pid));
    return slot;
  }
  throw new Error(`all engine slots ${slotOf(1).dir} to 250 are taken; are old ones left over?`);
}

/** Makes the bridge, and lets its containers talk to one another. */
export function layNetwork(slot: EngineSlot): void {
  removeNetwork(slot); // A killed test may have left it.
  ip('link', 'add', slot.bridge, 'type', 'bridge');
  ip('address', 'add', slot.address, 'dev', slot.bridge);
  ip('link', 'set', slot.bridge, 'up');
  iptables('-I', 'FORWARD', ...ruleOf(slot));
}

/**
 * Removes everything of an engine whose daemon has ended: processes, mounts,
 * bridges, rules, files. The same way for one that was stopped
 * and one that was killed.
 */
export async function releaseSlot(slot: EngineSlot): Promise<void> {
  if (!existsSync(slot.dir)) return;
  await endContainers(slot);
  for (const mount of mountsUnder(slot.dir)) execFileSync('umount', ['--lazy', mount]);
  removeNetwork(slot);
  rmSync(slot.dir, { recursive: true, force: true, maxRetries: 10 });
}

function slotOf(number: number): EngineSlot {
  return {
    id: `spawnit-test-${number}`,
    dir: join(tmpdir(), `spawnit-engine-${number}`),
    bridge: `spawnit${number}`,
    address: `172.30.${number}.1/24`,
  };
}

/** True when the folder is now ours. */
function claim(dir: string): boolean {
  try {
    mkdirSync(dir);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return false;
}

function ownerFile(dir: string): string {
  return join(dir, 'owner');
}

/** Gives back the slots of tests that were killed before they could. */
export async function reclaimSlots(): Promise<void> {
  for (let number = 1; number <= 250; number++) {
    const slot = slotOf(number);
    if (!abandoned(slot.dir)) continue;
    try {
      mkdirSync(join(slot.dir, 'reclaiming')); // Only one may.
    } catch {
      continue;
    }
    await releaseSlot(slot);
  }
}

function abandoned(dir: string): boolean {
  const owner = ownerOf(dir);
  return owner > 0 && !existsSync(`/proc/${owner}`);
}

/** 0 when there is none, or not yet; another test may take the folder away at any time. */
function ownerOf(dir: string): number {
  try {
    return Number(readFileSync(ownerFile(dir), 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return 0;
  }
}

/** A shim of containerd outlives its daemon, and the container outlives its shim. */
async function endContainers(slot: EngineSlot): Promise<void> {
  const ours = () => processesNaming(`-namespace ${slot.id} `).concat(processesNaming(`${slot.dir}/`)).map(({ pid }) => pid);
  const all = new Set(ours().flatMap((pid) => [pid, ...descendants(pid)]));
  const end = () => {
    for (const pid of all) signalProcess(pid, 'SIGKILL');
    for (const pid of ours()) signalProcess(pid, 'SIGKILL');
    return [...all].every((pid) => !existsSync(`/proc/${pid}`)) && ours().length === 0;
  };
  await waitFor(end, { what: `the containers of ${slot.id} to end` });
}

/** Deepest first. */
function mountsUnder(dir: string): string[] {
  const points = readFileSync('/proc/self/mountinfo', 'utf8').split('\n').map((line) => line.split(' ')[4] ?? '');
  return points.filter((point) => point.startsWith(`${dir}/`)).sort((a, b) => b.length - a.length);
}

function removeNetwork(slot: EngineSlot): void {
  for (const bridge of bridgesOf(slot)) ip('link', 'delete', bridge);
  while (ruleStands(ruleOf(slot))) iptables('-D', 'FORWARD', ...ruleOf(slot));
}

/**
 * The default bridge, and those that the engine made for users' networks: they
 * are named in its network database, which is JSON in pages of bbolt.
 */
function bridgesOf(slot: EngineSlot): string[] {
  const database = join(slot.dir, 'data', 'network', 'files', 'local-kv.db');
  const text = existsSync(database) ? readFileSync(database, 'latin1') : '';
  const named = [...text.matchAll(/"BridgeName":"(br-[0-9a-f]{12})"/g)].map(([, name]) => name!);
  return [...new Set([slot.bridge, ...named])].filter((name) => existsSync(`/sys/class/net/${name}`));
}

/** Packets within one bridge pass FORWARD too, where the machine's engine drops what isn't its own. */
function ruleOf(slot: EngineSlot): string[] {
  return ['-m', 'physdev', '--physdev-is-bridged', '-m', 'comment', '--comment', slot.id, '-j', 'ACCEPT'];
}

function ruleStands(rule: string[]): boolean {
  try {
    iptables('-C', 'FORWARD', ...rule);
    return true;
  } catch {
    return false;
  }
}

function ip(...args: string[]): string {
  return execFileSync('ip', args, { encoding: 'utf8' });
}

function iptables(...args: string[]): void {
  execFileSync('iptables', ['--wait', ...args], { stdio: 'pipe' });
}
