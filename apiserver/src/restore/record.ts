import type { View } from '../store/log/view.js';

/** What declarations went back to last, and who wanted it; the log has all of them. */
export const restoreKey = 'meta/restore';

/** From which backup this log goes on, if from one. */
export const cameBackKey = 'meta/came-back';

export interface CameBack {
  backup: number;
  /** The last commit that is from before, and its hash. */
  sequence: number;
  head: string;
  backupTime: string;
  time: string;
  epochRise: number;
  /** Agents leave alone what no record knows: it may have been made after the backup. */
  keepUnknown: boolean;
}

export function cameBack(view: View): CameBack | undefined {
  return view.get(cameBackKey)?.value as unknown as CameBack | undefined;
}
