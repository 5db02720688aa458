import t from 'tap';
import { eventOp, readControllerConfig } from '../src/index.js';
import { job } from './stand-in-source.js';

t.test('the environment is read once, with defaults', async (t) => {
  const config = readControllerConfig({ SPAWNIT_TOKEN_FILE: '/run/token', SPAWNIT_METRICS_PORT: '9100', SPAWNIT_INSTANCE: 'one' });
  t.same(config, { server: 'http://127.0.0.1:7080', tokenFile: '/run/token', logLevel: 'info', metricsPort: 9100, instance: 'one', leaderElection: true });
});

t.test('all that is wrong is named together', async (t) => {
  t.throws(() => readControllerConfig({ SPAWNIT_SERVER: 'ftp://x', SPAWNIT_LOG_LEVEL: 'loud' }), /SPAWNIT_SERVER.*SPAWNIT_TOKEN_FILE.*SPAWNIT_LOG_LEVEL/);
});

t.test('equal events have equal names, others do not', async (t) => {
  const say = (message: string) => eventOp({ component: 'reconciler', about: job('one', 'web'), type: 'Normal', reason: 'Started', message, now: '2030-01-01T00:00:00Z' });
  t.equal(say('a').object.metadata.name, say('a').object.metadata.name);
  t.not(say('a').object.metadata.name, say('b').object.metadata.name);
  t.match(say('a').object.metadata.name, /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
});
