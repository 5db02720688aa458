import t from 'tap';
import { InvalidKey } from '../../src/store/object-store.js';
import type { ObjectStore } from '../../src/store/object-store.js';
import { allDrivers } from './drivers.js';

t.setTimeout(600_000);

const bytes = (text: string) => Buffer.from(text);

/** Works on many things, a few at a time. */
async function each<T>(things: T[], work: (thing: T) => Promise<unknown>, atOnce = 32): Promise<void> {
  const queue = things[Symbol.iterator]();
  const worker = async () => {
    for (const thing of queue) await work(thing);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

async function allPages(store: ObjectStore, prefix: string, limit: number): Promise<string[][]> {
  const pages: string[][] = [];
  for (;;) {
    const page = await store.list(prefix, { limit, after: pages.at(-1)?.at(-1) });
    if (page.length === 0) return pages;
    pages.push(page);
  }
}

for (const driver of await allDrivers(t)) {
  t.test(`${driver.name}: what was written is read and listed at once`, async (t) => {
    const open = driver.empty(t);
    const [writer, reader] = [await open(), await open()];
    t.equal(await reader.get('a/b'), undefined);
    t.same(await reader.list(''), []);
    for (let i = 0; i < 50; i++) {
      t.equal(await writer.putIfAbsent(`a/${i}`, bytes(`value ${i}`)), 'created');
      t.same(await reader.get(`a/${i}`), bytes(`value ${i}`));
      t.ok((await reader.list('a/')).includes(`a/${i}`));
    }
  });

  t.test(`${driver.name}: an object is never overwritten`, async (t) => {
    const store = await driver.empty(t)();
    await store.putIfAbsent('key', bytes('first'));
    t.equal(await store.putIfAbsent('key', bytes('second')), 'exists');
    t.equal(await store.putIfAbsent('key', bytes('first')), 'exists', 'equal bytes are no exception');
    t.same(await store.get('key'), bytes('first'));
  });

  t.test(`${driver.name}: of 100 writers after one key, one wins each round`, async (t) => {
    const open = driver.empty(t);
    const stores = await Promise.all([open(), open(), open(), open()]);
    for (let round = 0; round < 20; round++) {
      const puts = Array.from({ length: 100 }, (_, i) => stores[i % 4]!.putIfAbsent(`round/${round}`, bytes(`writer ${i}`)));
      const answers = await Promise.all(puts);
      t.equal(answers.filter((answer) => answer === 'created').length, 1, `round ${round}`);
      t.same(await stores[0]!.get(`round/${round}`), bytes(`writer ${answers.indexOf('created')}`));
    }
  });

  t.test(`${driver.name}: a removed object is gone, and removing nothing is no error`, async (t) => {
    const store = await driver.empty(t)();
    await store.putIfAbsent('a/key', bytes('x'));
    await store.delete('a/key');
    await store.delete('a/key');
    await store.delete('never/was');
    t.equal(await store.get('a/key'), undefined);
    t.same(await store.list('a/'), []);
  });

  t.test(`${driver.name}: odd keys come back as they are, in order of their UTF-8 bytes`, async (t) => {
    const store = await driver.empty(t)();
    const keys = [
      'odd/ leading and trailing ', 'odd/%', 'odd/%2e%2e', 'odd/%2F', 'odd/+', "odd/'\"<&>", 'odd/*?#[]', 'odd/..x', 'odd/...', 'odd/.hidden',
      'odd/A', 'odd/a-b', 'odd/a.b', 'odd/a/b', 'odd/a0', 'odd/back\\slash', 'odd/c:/x', 'odd/é', 'odd/e\u0301', 'odd/日本/語', 'odd/\ue000', 'odd/\uffee', 'odd/😀', 'odd/~',
      `odd/${'n'.repeat(255)}`, `odd/${Array.from({ length: 5 }, () => 'p'.repeat(200)).join('/')}`,
    ];
    for (const key of keys) t.equal(await store.putIfAbsent(key, bytes(key)), 'created', key.slice(0, 40));
    for (const key of keys) t.same(await store.get(key), bytes(key), key.slice(0, 40));
    const inOrder = [...keys].sort((a, b) => Buffer.compare(bytes(a), bytes(b)));
    t.same(await store.list('odd/'), inOrder);
    t.same((await allPages(store, 'odd/', 4)).flat(), inOrder, 'by pages too');
    t.same(await store.list('odd/a'), inOrder.filter((key) => key.startsWith('odd/a')));
    t.same(await store.list('odd/%2'), ['odd/%2F', 'odd/%2e%2e']);
    for (const key of keys) await store.delete(key);
    t.same(await store.list(''), []);
  });

  t.test(`${driver.name}: keys that could leave their folder or be changed on the way are refused`, async (t) => {
    const store = await driver.empty(t)();
    const keys = ['', '/', '/a', 'a/', 'a//b', '.', '..', '../a', 'a/../../b', 'a/./b', 'a\u0000b', 'a\nb', 'a\ud800', 'n'.repeat(256), 'part/'.repeat(300) + 'x'];
    for (const key of keys) {
      await t.rejects(store.putIfAbsent(key, bytes('x')), InvalidKey, JSON.stringify(key.slice(0, 20)));
      await t.rejects(store.get(key), InvalidKey);
      await t.rejects(store.delete(key), InvalidKey);
    }
    t.same(await store.list(''), []);
  });

  t.test(`${driver.name}: bodies may be empty, binary and large`, async (t) => {
    const store = await driver.empty(t)();
    const large = Buffer.alloc(20 << 20, Buffer.from(Array.from({ length: 251 }, (_, i) => i)));
    for (const [key, body] of [['empty', Buffer.alloc(0)], ['binary', Buffer.from([0, 255, 10, 13, 128])], ['large', large]] as const) {
      t.equal(await store.putIfAbsent(key, body), 'created');
      t.ok((await store.get(key))?.equals(body), key);
    }
  });

  t.test(`${driver.name}: 10,000 keys are listed by pages, each once and in order`, async (t) => {
    const store = await driver.empty(t)();
    const keys = Array.from({ length: 10_000 }, (_, i) => `many/${String(i).padStart(6, '0')}`);
    await each([...keys, 'man', 'manz', 'a/000001', 'z/000001'], (key) => store.putIfAbsent(key, bytes('x')));
    const pages = await allPages(store, 'many/', 1000);
    t.same(pages.map((page) => page.length), Array.from({ length: 10 }, () => 1000));
    t.same(pages.flat(), keys);
    t.same(await store.list('many/'), keys, 'in one go too');
    t.same(await store.list('many/00123'), keys.slice(1230, 1240));
    t.same(await store.list('many/', { after: 'many/009997' }), keys.slice(9998));
    t.same(await store.list('many/', { after: 'zzz' }), []);
    t.same(await store.list('many/', { limit: 0 }), []);
    t.same(await store.list('none/'), []);
  });
}
