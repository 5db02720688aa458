import { startController } from '@spawnit/controller';
import { readCaps } from './config.js';
import { runDriftController } from './drift-controller.js';

await startController('drift-controller', (started) => runDriftController(started, { caps: readCaps() }));
