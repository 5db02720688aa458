import type { ServicePhase } from '@spawnit/contract';

/** What needs somebody first. */
export const servicePhasesShown: readonly ServicePhase[] = ['Failed', 'Drifted', 'Provisioning', 'Pending', 'Ready', 'Suspended', 'Deleting'];
