import { z } from 'zod';
import { ModuleBundle } from './agent.js';

/** What a service was applied from, besides its values: the module's files, and where its node publishes ports. */
export const ServiceSource = ModuleBundle.extend({ module: z.string(), host: z.string() });
export type ServiceSource = z.infer<typeof ServiceSource>;
