import { ApiError, Unreachable, type Client, type Job, type Node, type Resource, type Service } from '@spawnit/contract';
import type { Log } from '@spawnit/controller';
import { Assumed } from './assumed.js';
import type { Op } from './ops.js';

/** `refused` is a defect or a rule that this commit breaks: it is logged and must not keep others from their turn. */
export type Outcome = 'done' | 'conflict' | 'refused';

/** Sends commits and remembers what they wrote until the watches have brought it. */
export class Committer {
  readonly nodes = new Assumed<Node>();
  readonly services = new Assumed<Service>();
  readonly jobs = new Assumed<Job>();

  constructor(
    private readonly client: Pick<Client, 'commit'>,
    private readonly log: Log,
  ) {}

  /** Throws when the server can't be reached or can't take it now, or this instance leads no more: then nothing else has a chance either. */
  async commit(ops: Op[], what: object): Promise<Outcome> {
    try {
      const { objects } = await this.client.commit(ops);
      ops.forEach((op, i) => this.remember(op, objects[i] as Resource | null));
      return 'done';
    } catch (error) {
      if (isAway(error) || !(error instanceof ApiError)) throw error;
      if (ApiError.is(error, 'Conflict', 'AlreadyExists', 'NotFound')) {
        this.log.debug({ ...what, why: error.message }, 'it changed meanwhile');
        return 'conflict';
      }
      this.log.error({ ...what, err: error }, 'the commit was refused');
      return 'refused';
    }
  }

  private remember({ verb, object }: Op, written: Resource | null | undefined): void {
    if (verb !== 'updateStatus' || !written) return;
    if (written.kind === 'Node') this.nodes.wrote(object as Resource, written as Node);
    if (written.kind === 'Service') this.services.wrote(object as Resource, written as Service);
    if (written.kind === 'Job') this.jobs.wrote(object as Resource, written as Job);
  }
}

function isAway(error: unknown): boolean {
  return error instanceof Unreachable || (ApiError.is(error) && error.details.foreign === true) || ApiError.is(error, 'ServiceUnavailable', 'TooManyRequests', 'Timeout', 'NotLeader');
}
