export { cacheRoot, inCache } from './cache.js';
export { engineHost, engineState, type EngineState } from './engine-state.js';
export { ensureEach, ensureTools, type Ensured, type EnsureOptions } from './ensure.js';
export { toolPath, type ProgramName, type Tool } from './found.js';
export { MissingPart, MissingParts } from './missing.js';
export { helloImage } from './pins.js';
export { skipped } from './skip.js';
export { ensureProviders } from './tools/docker-provider.js';
export { partNames, type PartName } from './tools/parts.js';
