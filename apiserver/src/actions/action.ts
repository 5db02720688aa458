import { ApiError, type ActionChange, type actionRequests, type Service, type ServiceAction } from '@spawnit/contract';
import type { z } from 'zod';
import type { WriteScope } from '../resources/write.js';
import type { Op } from '../store/log/commit.js';
import type { View } from '../store/log/view.js';

export interface Asked<A extends ServiceAction> {
  view: View;
  scope: WriteScope;
  /** As it stands; it is not being deleted. */
  service: Service;
  body: z.output<(typeof actionRequests)[A]>;
}

export interface Outcome {
  /** None when it is so already. */
  ops: Op[];
  /** The service as it will stand. */
  service: Service;
  changes?: ActionChange[];
  warnings?: string[];
  next: string;
  /** Recorded as an event when anything is written. */
  event?: { reason: string; message: string };
}

/** What an action comes to. Pure, and called again on contention. Throws ApiError. */
export type Decide<A extends ServiceAction> = (asked: Asked<A>) => Outcome;

/** Why it can't be done as the service stands now. */
export function refusal({ metadata }: Service, what: string, why: string): ApiError {
  return new ApiError('Conflict', `service ${metadata.namespace}/${metadata.name} cannot be ${what} now: ${why}`, { kind: 'services', name: metadata.name });
}
