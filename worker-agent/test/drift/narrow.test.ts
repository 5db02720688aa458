import t from 'tap';
import { narrowed } from '../../src/drift/narrow.js';

const all = '/v1.41/containers/json?all=1';
const [a, b] = ['a'.repeat(64), 'b'.repeat(64)];

/** A ReadResource request, as far as it matters: its type, and a state that holds these texts. */
function read(type: string, ...texts: string[]) {
  const field = (number: number, value: Buffer) => Buffer.concat([Buffer.from([number * 8 + 2, value.length]), value]);
  const state = Buffer.concat(texts.map((text) => Buffer.concat([Buffer.from([0xd9, text.length]), Buffer.from(text)])));
  return { method: 'ReadResource', message: Buffer.concat([field(1, Buffer.from(type)), field(3, state)]) };
}

function ids(target: string): string[] | undefined {
  const filters = new URL(target, 'http://docker').searchParams.get('filters');
  return filters === null ? undefined : (JSON.parse(filters) as { id: string[] }).id;
}

t.test('while only single things are read, the containers among them are all that is listed', (t) => {
  t.strictSame(ids(narrowed(all, [read('docker_container', a)])), [a]);
  t.strictSame(ids(narrowed(all, [read('docker_container', 'x', a), read('docker_image', `sha256:${'c'.repeat(64)}`), read('docker_container', b)])), [a, b]);
  t.equal(narrowed('/containers/json?all=1', [read('docker_container', a)]).split('&')[0], '/containers/json?all=1', 'also without a version');
  t.end();
});

t.test('when anything else is asked, everything is listed', (t) => {
  t.equal(narrowed(all, []), all, 'nobody knows for what');
  t.equal(narrowed(all, [read('docker_image')]), all);
  t.equal(narrowed(all, [read('docker_container', a), read('docker_service')]), all);
  t.equal(narrowed(all, [read('docker_container', a), { ...read('docker_container'), method: 'ReadDataSource' }]), all);
  t.equal(narrowed(all, [read('docker_container', a), { ...read('docker_container'), method: 'ImportResourceState' }]), all);
  t.equal(narrowed(all, [read('docker_container', 'no id')]), all);
  t.end();
});

t.test('other lists stay as they are', (t) => {
  for (const target of [`${all}&size=1`, '/v1.41/containers/json', '/v1.41/containers/json?all=1&filters=%7B%7D', '/v1.41/images/json', '/v1.41/networks']) {
    t.equal(narrowed(target, [read('docker_container', a)]), target, target);
  }
  t.end();
});
