import type { Tool } from './found.js';

/** Tells people what is going on; one line, without the part's name. */
export type Progress = (line: string) => void;

/** One real part: how it is found on this machine, or got. */
export interface Part {
  name: string;
  /** Names of parts that must be there first. */
  needs?: string[];
  /** Quick, changes nothing: the part if it can be used as it is. */
  find(): Promise<Tool | undefined>;
  /** Gets it, by whatever way works here. Throws a MissingPart when none does. */
  get(progress: Progress): Promise<Tool>;
}
