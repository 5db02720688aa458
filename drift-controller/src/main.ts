import { startController } from '@spawnit/controller';
import { runDriftController } from './drift-controller.js';

await startController('drift-controller', runDriftController);
