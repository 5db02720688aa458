/** What commands for a star on this machine need: looked at and broken from outside, without any part of it. */
export { removeContainers } from './engine/containers.js';
export { engineHost } from './engine/state.js';
export { localChecks, type Check } from './star/checks.js';
export { defaultDataDir } from './star/options.js';
export { readProcessIds, type ProcessIds } from './star/processes-file.js';
export { checkout } from './star/programs.js';
export { starPid } from './star/single.js';
