export { freePort } from './free-port.js';
export { startMinio, type Minio, type MinioOptions } from './minio.js';
export { processesMarked, processesNaming, type RunningProcess } from './processes.js';
export { spawnCommand, spawnProgram, type CommandOptions, type Exit, type Program, type ProgramOptions } from './spawn.js';
export type { Teardown } from './teardown.js';
export { tempDir } from './temp-dir.js';
export { waitFor, type WaitOptions } from './wait-for.js';
