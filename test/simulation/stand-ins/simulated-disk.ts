import type { ModuleBundle, Transport } from '@spawnit/contract';
import { agentPaths } from '@spawnit/contract';
import type { Credential } from '@spawnit/worker-agent/dist/src/credential.js';
import type { Spool, SpoolEntry } from '@spawnit/worker-agent/dist/src/jobs/spool.js';
import type { RunFolders } from '@spawnit/worker-agent/dist/src/tofu/run-folders.js';
import type { Bundles } from '@spawnit/worker-agent/dist/src/workdir/bundle.js';
import type { LastRun, Restart } from '@spawnit/worker-agent/dist/src/workdir/notes.js';
import type { Workdirs } from '@spawnit/worker-agent/dist/src/workdir/workdirs.js';
import type { TofuPlan } from './tofu-plan.js';

/** What is on a node's disk: it outlives the agent. Writes are whole or not at all. */
export class SimulatedDisk {
  credential: Credential | undefined;
  readonly spooled = new Map<string, string>();
  readonly lastRuns = new Map<string, LastRun>();
  readonly restarts = new Map<string, Restart>();
  readonly workdirs = new Map<string, { digest: string; variables?: Record<string, unknown>; errored?: string }>();
  readonly bundles = new Map<string, ModuleBundle>();
  readonly plans = new Map<string, TofuPlan>();

  spool(): Spool {
    const keyOf = ({ namespace, job }: Pick<SpoolEntry, 'namespace' | 'job'>) => `${namespace}/${job}`;
    return {
      put: async (entry: SpoolEntry) => void this.spooled.set(keyOf(entry), JSON.stringify(entry)),
      remove: async (entry: SpoolEntry) => void this.spooled.delete(keyOf(entry)),
      all: async () => [...this.spooled.values()].map((text) => JSON.parse(text) as SpoolEntry),
    } as unknown as Spool;
  }

  runFolders(): RunFolders {
    return {
      create: async () => {
        const id = crypto.randomUUID();
        return { id, path: `/runs/${id}`, remove: async () => void this.plans.delete(`/runs/${id}/plan`) };
      },
    } as unknown as RunFolders;
  }

  bundlesBy(transport: () => Transport): Bundles {
    return {
      get: async (digest: string) => {
        const bundle = this.bundles.get(digest) ?? (await transport().json<ModuleBundle>({ path: agentPaths.bundle(digest) }));
        this.bundles.set(digest, bundle);
        return bundle;
      },
    } as unknown as Bundles;
  }

  workdirsPort(): Workdirs {
    return {
      prepare: async (uid: string, digest: string) => {
        if (this.workdirs.get(uid)?.digest !== digest) this.workdirs.set(uid, { digest });
        return { path: uid, initialised: true };
      },
      writeVariables: async (uid: string, variables: Record<string, unknown>) => void (this.workdirs.get(uid)!.variables = variables),
      erroredState: async (uid: string) => this.workdirs.get(uid)?.errored,
      dropErroredState: async (uid: string) => void delete this.workdirs.get(uid)?.errored,
      noteRun: async (uid: string, run: LastRun) => void this.lastRuns.set(uid, run),
      lastRun: async (uid: string) => this.lastRuns.get(uid),
      noteRestart: async (uid: string, restart: Restart) => void this.restarts.set(uid, restart),
      lastRestart: async (uid: string) => this.restarts.get(uid),
      remove: async (uid: string) => void [this.workdirs, this.lastRuns, this.restarts].forEach((each) => each.delete(uid)),
      list: async () => [...this.workdirs.keys()],
    } as unknown as Workdirs;
  }
}
