/** What commands for a star on this machine need: looked at and broken from outside, without any part of it. */
export { localChecks, type Check } from './checks.js';
export { removeContainers } from './containers.js';
export { engineHost } from './engine-state.js';
export { defaultDataDir } from './star/options.js';
export { readProcessIds, type ProcessIds } from './star/processes-file.js';
export { checkout } from './star/programs.js';
export { starPid } from './star/single.js';
