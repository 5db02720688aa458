import { descendants, processesNaming, signalProcess, type Minio } from '@spawnit/testkit';
import type { Random } from '../../simulation/time/random.js';
import type { ChaosStar, Member } from '../star/chaos-star.js';
import type { Fault } from './fault.js';

/** Kills the program at a stroke; it comes back like after a restart of its service, sooner or later. */
export function killMember(star: ChaosStar, random: Random, member: Member): Fault {
  return {
    sort: `kill ${member.role}`,
    what: `kill -9 ${member.name}`,
    ms: random.chance(0.7) ? random.between(100, 3_000) : random.between(5_000, 30_000),
    begin: async () => {
      member.down = true;
      await member.process.killNow();
    },
    end: () => star.revive(member),
  };
}

/** Stops it for as long as a machine may hang, with no word to anyone, and lets it go on. */
export function stopMember(random: Random, member: Member): Fault {
  return {
    sort: `stop ${member.role}`,
    what: `SIGSTOP ${member.name}`,
    // Seldom for long: a batch of faults lasts as long as its longest.
    ms: 5_000 + 35_000 * random.next() ** 2,
    begin: () => member.process.kill('SIGSTOP'),
    end: () => member.process.kill('SIGCONT'),
  };
}

/** What an agent has under way: tofu, or one of its providers. Undefined when it has nothing. */
export function harmTofu(random: Random, agents: Member[]): Fault | undefined {
  const found = agents.flatMap((agent) => childrenOf(agent).map((child) => ({ agent, ...child })));
  if (found.length === 0) return undefined;
  const changing = found.filter(({ command }) => / (apply|destroy) |provider/.test(command));
  const { agent, pid, name } = random.pick(changing.length > 0 ? changing : found);
  const stop = random.chance(0.3);
  return {
    sort: stop ? 'stop tofu' : `kill ${name}`,
    what: `${stop ? 'SIGSTOP' : 'kill -9'} ${name} of ${agent.name}`,
    ms: stop ? random.between(5_000, 30_000) : 0,
    begin: () => signalProcess(pid, stop ? 'SIGSTOP' : 'SIGKILL'),
    end: () => (stop ? signalProcess(pid, 'SIGCONT') : undefined),
  };
}

export function harmStore(minio: Minio, random: Random): Fault {
  const stop = random.chance(0.4);
  return {
    sort: stop ? 'stop minio' : 'kill minio',
    what: stop ? 'SIGSTOP minio' : 'kill -9 minio',
    ms: random.between(500, 15_000),
    begin: () => minio.kill(stop ? 'SIGSTOP' : 'SIGKILL'),
    end: () => (stop ? minio.kill('SIGCONT') : minio.restart()),
  };
}

function childrenOf({ process: { pid } }: Member): { pid: number; name: 'tofu' | 'provider'; command: string }[] {
  if (pid === undefined) return [];
  const below = new Set(descendants(pid));
  const named = (text: string, name: 'tofu' | 'provider') => processesNaming(text).filter((each) => below.has(each.pid)).map((each) => ({ ...each, name }));
  const providers = named('terraform-provider-', 'provider');
  const known = new Set(providers.map((each) => each.pid));
  return [...named('tofu ', 'tofu').filter((each) => !known.has(each.pid)), ...providers];
}
