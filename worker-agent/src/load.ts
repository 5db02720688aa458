/** What an agent holds at this moment; counted where it happens, told by /metrics. */
export class AgentLoad {
  leaseHeld = false;
  jobs = 0;
  checksWaiting = 0;
  checksRunning = 0;
  /** Checks that found no place in the queue. */
  checksRefused = 0;
  /** Results that the server has not acknowledged; they are on disk. */
  results = 0;
  /** Of jobs' logs, in memory until the server has them. */
  logBytes = 0;
  logBytesLeftOut = 0;
}
