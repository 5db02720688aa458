export { cacheRoot } from './cache.js';
export { toolPath, type ProgramName, type Tool } from './found.js';
export { helloImage } from './pins.js';
