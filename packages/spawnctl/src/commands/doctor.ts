import { localChecks, type Check } from '@spawnit/local/control';
import { CommandError, exits } from '../exit.js';
import { explain } from '../failure.js';
import { serverChecks } from '../doctor/server-checks.js';
import { resolveTarget } from '../kubeconfig.js';
import { print } from '../output/streams.js';
import { openSession, settingsOf, type GlobalFlags } from '../session.js';
import { dataDirOf } from './star.js';

export interface DoctorFlags {
  local?: boolean;
  port: number;
  output?: string;
  dataDir?: string;
}

/** All faults at once, each with what mends it. */
export async function doctor(globals: GlobalFlags, flags: DoctorFlags): Promise<void> {
  if (flags.output !== undefined && flags.output !== 'json') throw new CommandError(exits.usage, `--output must be json (got ${flags.output})`);
  const { checks, here } = await serverSide(globals);
  const local = flags.local || here ? await localChecks(dataDirOf({ dataDir: flags.dataDir, timeout: 0 }), flags.port) : [];
  const all = [...local, ...checks];
  const faults = all.filter(({ mend }) => mend !== undefined).length;
  print(flags.output === 'json' ? JSON.stringify(all, null, 2) : all.map(lineOf).join('\n'));
  if (faults > 0) throw new CommandError(exits.failed, `${faults} of ${all.length} need mending`);
}

/** What the server says; `here`: it is, or would be, on this machine. */
async function serverSide(globals: GlobalFlags): Promise<{ checks: Check[]; here: boolean }> {
  try {
    const settings = settingsOf(globals);
    const server = globals.server ?? settings.server ?? resolveTarget(settings, globals.context).server;
    return { checks: await serverChecks(openSession(globals)), here: /^https?:\/\/(127\.|localhost|\[::1\])/.test(server) };
  } catch (error) {
    return { checks: [{ what: 'kubeconfig', found: explain(error).replace(/^error: /, ''), mend: '`npm start` writes one; `spawnctl auth login --server URL` takes a token' }], here: true };
  }
}

function lineOf({ what, found, mend }: Check): string {
  return mend === undefined ? `✓ ${what}: ${found}` : `✗ ${what}: ${found}\n    → ${mend}`;
}
