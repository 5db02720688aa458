import type { Service, Template } from '@spawnit/contract';
import t from 'tap';
import { dependencyCauses } from '../../src/resources/admission/dependencies.js';
import type { View } from '../../src/store/log/view.js';

const most = 64;
const template = { spec: { title: 'T', parameters: { properties: {} }, outputs: {} } } as unknown as Template;
const service = (number: number, dependsOn: string[]): Service => ({ kind: 'Service', metadata: { name: `s${number}`, namespace: 'n' }, spec: { template: 't', parameters: {}, parametersFrom: [], dependsOn } }) as unknown as Service;

/** Each depends on as many of those after it as it may, the next one last. */
function chain(length: number, last: string[] = []): View {
  const after = (number: number) => Array.from({ length: Math.min(most, length - 1 - number) }, (_, i) => `s${number + 1 + i}`).reverse();
  const all = Array.from({ length }, (_, number) => service(number, number === length - 1 ? last : after(number)));
  const records = new Map(all.map((value) => [`services/n/${value.metadata.name}`, { key: '', value, rv: 1 }]));
  return { get: (key: string) => records.get(key) } as unknown as View;
}

t.test('thousands of services that depend on each other are looked through without keeping all ways there are', async (t) => {
  const first = service(0, ['s1']);
  t.strictSame(dependencyCauses(chain(6_000), first, template), []);
  const [cause] = dependencyCauses(chain(6_000, ['s0']), first, template);
  t.match(cause, { field: 'spec.dependsOn', message: /in a circle: s0 → s1 → s2 → .* → s5999 → s0$/ });
});
