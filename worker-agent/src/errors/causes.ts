import type { JobCause, JobError } from '@spawnit/contract';

interface Cause {
  hint: string;
  retryable: boolean;
}

const causes: Record<JobCause, Cause> = {
  ImagePull: { hint: 'Check the name and tag of the image, that its registry can be reached from the node, and that the node is logged in to it if the image is private.', retryable: true },
  PortInUse: { hint: 'Another program or container on that machine has the port: choose another one, or free it.', retryable: true },
  NameInUse: { hint: 'Something of this name, not made by this service, stands on the engine: remove it there (`docker rm -f NAME`, `docker volume rm NAME`), or give the service another name.', retryable: true },
  EngineUnreachable: { hint: 'Check that the Docker engine runs on the node and that the agent may use its socket.', retryable: true },
  ProviderMissing: { hint: "The node could not get one of the module's providers: check its network, or its provider mirror.", retryable: true },
  Configuration: { hint: "Correct the service's parameters; trying again without a change can't help.", retryable: false },
  StateConflict: { hint: 'The state could not be read or written under this job; the next attempt starts from what is kept.', retryable: true },
  PlanChanged: { hint: 'What would be done now is not what was approved: look at the new plan and approve that.', retryable: false },
  LeaseLost: { hint: 'The node gave the work up before it was done, for it was cut off or stopped; the next attempt goes on from there.', retryable: true },
  Crashed: { hint: "Look at the job's log and at the program's own output.", retryable: true },
  Timeout: { hint: 'It took longer than it may; the next attempt goes on from there.', retryable: true },
  Busy: { hint: 'A job works on the service: the check comes again after it.', retryable: true },
  Cancelled: { hint: 'It was asked to stop.', retryable: true },
  Unknown: { hint: "Look at the job's log.", retryable: true },
};

/** An error of a coded cause, its texts within the contract's bounds. */
export function jobError(cause: JobCause, summary: string, detail?: string): JobError {
  const { hint, retryable } = causes[cause];
  return bounded({ cause, summary, ...(detail && { detail }), hint, retryable });
}

/** Its texts within the contract's bounds, which they may have left when secrets were masked in them. */
export function bounded(error: JobError): JobError {
  return { ...error, summary: shorten(error.summary, 2_000), ...(error.detail && { detail: shorten(error.detail, 8_000) }) };
}

/** Carries a coded cause through code that throws. */
export class RunFailure extends Error {
  override readonly name = 'RunFailure';
  constructor(readonly error: JobError) {
    super(error.summary);
  }
}

export function fail(cause: JobCause, summary: string, detail?: string): never {
  throw new RunFailure(jobError(cause, summary, detail));
}

function shorten(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
