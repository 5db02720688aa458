import fc from 'fast-check';
import t from 'tap';
import type { Template } from '@spawnit/contract';
import { readCaps } from '../src/config.js';
import { decide, uidOf } from '../src/decide.js';
import { capOf, Rates } from '../src/rates.js';
import { aNode, aService } from './builders.js';

const template = (provider: string, binding: 'Engine' | 'Remote') => ({ spec: { provider, binding } }) as Template;

t.test('a remote provider has a cap of its own or the common one, an engine only one that was set', async (t) => {
  const caps = readCaps({ SPAWNIT_CHECK_RATES: 'aws=2, docker=50,remote=0.5' });
  t.strictSame(capOf(template('aws', 'Remote'), caps), { provider: 'aws', perSecond: 2 });
  t.strictSame(capOf(template('hetzner', 'Remote'), caps), { provider: 'hetzner', perSecond: 0.5 });
  t.strictSame(capOf(template('docker', 'Engine'), caps), { provider: 'docker', perSecond: 50 });
  t.strictSame(capOf(template('aws', 'Remote'), readCaps({})), { provider: 'aws', perSecond: 5 });
  t.equal(capOf(template('docker', 'Engine'), readCaps({})), undefined);
  t.equal(capOf(undefined, caps), undefined, 'a template that is not there yet');
});

t.test('a rate that is none is refused', async (t) => {
  for (const text of ['aws', 'aws=', 'aws=0', 'aws=-1', 'aws=fast', '=2', 'aws=1=2']) t.throws(() => readCaps({ SPAWNIT_CHECK_RATES: text }), { message: /is not provider=checks per second/ }, text);
});

t.test('however many are due, no more begin than the cap grants, those due longest first, and all in turn', async () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 30 }), fc.constantFrom(0.5, 1, 3, 10), fc.integer({ min: 1, max: 5 }), (count, perSecond, interval) => {
      const services = Array.from({ length: count }, (_, i) => aService(`s${i}`, { spec: { drift: { intervalSeconds: interval } } }));
      const rates = new Rates(() => ({ provider: 'aws', perSecond }));
      const begun: { uid: string; atMs: number }[] = [];
      let due: Map<string, number> = new Map();
      const until = 60_000;
      for (let nowMs = 0; nowMs <= until; ) {
        const decision = decide({ services, nodes: [aNode('n1')], inFlight: new Map(), due, nowMs, rates });
        due = decision.due;
        for (const service of decision.start) {
          begun.push({ uid: uidOf(service), atMs: nowMs });
          due.set(uidOf(service), nowMs + interval * 1_000);
        }
        const dues = [...due.values()].filter((at) => at > nowMs);
        nowMs = Math.max(nowMs + 1, Math.min(decision.nextMs ?? Infinity, ...dues));
      }
      const most = Math.max(1, perSecond);
      // In the order of time, so the last one in a window tells how many there are: more than granted, and it is too soon.
      const granted = Math.floor(most + 10 * perSecond);
      const within = begun.every(({ atMs }, i) => (begun[i + granted]?.atMs ?? Infinity) >= atMs + 10_000);
      const counts = services.map((service) => begun.filter(({ uid }) => uid === uidOf(service)).length);
      return within && Math.max(...counts) - Math.min(...counts) <= 2;
    }),
    { numRuns: 10_000 },
  );
});

t.test('what has no cap does not wait for what has one', async (t) => {
  const [capped, second, free] = ['a', 'b', 'c'].map((name) => aService(name));
  const rates = new Rates((service) => (service.metadata.name === 'c' ? undefined : { provider: 'aws', perSecond: 1 }));
  const due = new Map(['a', 'b', 'c'].map((name, i) => [`uid-${name}`, i]));
  const { start, nextMs } = decide({ services: [capped!, second!, free!], nodes: [aNode('n1')], inFlight: new Map(), due, nowMs: 100, rates });
  t.strictSame(start.map(({ metadata }) => metadata.name), ['a', 'c']);
  t.equal(nextMs, 1_100, 'and it is looked again when there is a token');
});
