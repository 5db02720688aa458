import { startController } from '@spawnit/controller';
import { runScheduler } from './scheduler.js';

await startController('scheduler', runScheduler);
