import type { FaultProxy } from '@spawnit/testkit';
import type { EngineTap } from '../recorder/engine-tap.js';

/** A way from one to another that can be spoilt. */
export interface Link {
  name: string;
  proxy: FaultProxy;
}

export interface EngineLink {
  name: string;
  tap: EngineTap;
}
