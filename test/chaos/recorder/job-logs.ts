import { isTerminal, type Job } from '@spawnit/contract';
import type { Findings } from './findings.js';
import type { LogKeeper } from './log-keeper.js';

const marked = /bytes of this log are missing here|bytes left out|begins anew/;
const endings = { Apply: /Apply complete!|No changes/, Destroy: /Destroy complete!|No changes|No objects need to be destroyed/, Plan: /Plan:|No changes/ } as const;

/** Reads the log of each job that has ended, once: whole, or with its gaps marked, and nowhere a name that was taken. */
export class JobLogs {
  readonly #read = new Set<string>();

  constructor(
    private readonly findings: Findings,
    private readonly readLog: (namespace: string, job: string) => Promise<string>,
  ) {}

  get count(): number {
    return this.#read.size;
  }

  async judge(log: LogKeeper): Promise<void> {
    const ended = log.list<Job>('jobs/').filter(({ status, metadata }) => isTerminal(status?.phase) && !this.#read.has(metadata.uid!));
    for (const job of ended) {
      this.#read.add(job.metadata.uid!);
      this.#judge(job, await this.readLog(job.metadata.namespace!, job.metadata.name));
    }
  }

  #judge({ metadata: { name }, spec, status }: Job, text: string): void {
    if (status?.error?.cause === 'NameInUse' || /already in use|already exists/.test(text)) this.findings.break('adoption', `job ${name} found a name taken: ${status?.error?.summary ?? ''} ${status?.error?.detail ?? ''}`);
    const bytes = Buffer.byteLength(text);
    const gap = marked.test(text) || (status?.log?.gaps ?? 0) > 0;
    if (status?.log && bytes < status.log.bytes && !gap) this.findings.break('I7', `the log of job ${name} has ${bytes} of ${status.log.bytes} bytes and no mark of a gap`);
    const destroyedNothing = spec.type === 'Destroy' && bytes === 0;
    if (status?.phase === 'Succeeded' && !gap && !destroyedNothing && !endings[spec.type].test(text)) this.findings.break('I7', `job ${name} succeeded, and its log ends with: ${JSON.stringify(text.slice(-200))}`);
  }
}
