import { tempDir } from '@spawnit/testkit';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { packModule } from '../../src/catalogue/pack.js';
import { readEntry, templateFiles } from '../../src/catalogue/read.js';
import { readConfig } from '../../src/config.js';
import { noteCatalogue } from '../agent/catalogue.js';
import { startPlane } from '../agent/plane.js';

const { catalogueDir: builtIn } = readConfig({});

t.test('a bundle has the module and all that it includes, and nothing else', async (t) => {
  const catalogue = noteCatalogue(t);
  const { root, files } = await packModule(catalogue, 'notes/note');
  t.equal(root, 'note');
  t.same(Object.keys(files), ['note/main.tf', 'stamp/main.tf']);
  const alone = await packModule(catalogue, 'notes/stamp');
  t.equal(alone.root, '.');
  t.same(Object.keys(alone.files), ['main.tf']);
});

t.test('a module that includes something outside of the catalogue is refused', async (t) => {
  const dir = tempDir(t);
  mkdirSync(join(dir, 'in/a'), { recursive: true });
  writeFileSync(join(dir, 'in/a/main.tf'), 'module "x" {\n  source = "../../out"\n}\n');
  await t.rejects(packModule(join(dir, 'in'), 'a'), { message: /outside of the catalogue/ });
});

t.test('every entry of the built-in catalogue can be used', async (t) => {
  const files = await templateFiles(builtIn);
  t.ok(files.length > 0);
  for (const file of files) {
    const { template, module } = await readEntry(builtIn, file);
    t.equal(template.spec.module, module.metadata.name, file);
    t.match(template.spec.icon ?? '<svg', /^<(\?xml|svg)/, `${file}: the icon is text`);
  }
});

t.test('the catalogue is there after a start, and unchanged by the next one', async (t) => {
  const [dataDir, catalogueDir] = [tempDir(t), noteCatalogue(t)];
  const config = { dataDir, catalogueDir, store: { driver: 'files', dir: join(dataDir, 'store') } } as const;
  const first = await startPlane(t, config);
  const template = await first.as('admin').templates.get('note');
  t.match(template, { metadata: { labels: { 'spawnit.dev/builtin': 'true' } }, spec: { title: 'Note', icon: /^<svg/, module: /^sha256-/ } });
  const [blob] = await first.context.objects.list('modules/');
  t.equal(blob, `modules/${template.spec.module}`);
  await first.stop();
  const second = await startPlane(t, config);
  t.equal((await second.as('admin').templates.get('note')).metadata.resourceVersion, template.metadata.resourceVersion);
  await second.stop();
  appendFileSync(join(catalogueDir, 'notes/stamp/main.tf'), '# changed\n');
  const third = await startPlane(t, config);
  const changed = await third.as('admin').templates.get('note');
  t.not(changed.spec.module, template.spec.module);
  t.equal(changed.metadata.uid, template.metadata.uid);
  const modules = await third.as('admin').modules.list();
  t.equal(modules.items.length, 2, 'what runs by the former module still has it');
});

t.test('an entry that cannot be used does not keep the others from being there', async (t) => {
  const catalogueDir = noteCatalogue(t);
  mkdirSync(join(catalogueDir, 'bad'));
  writeFileSync(join(catalogueDir, 'bad/template.yaml'), 'metadata: { name: bad }\nspec: { module: nowhere }\n');
  const plane = await startPlane(t, { catalogueDir });
  t.same((await plane.as('admin').templates.list()).items.map(({ metadata }) => metadata.name), ['note']);
  const empty = await startPlane(t, { catalogueDir: join(catalogueDir, 'missing') });
  t.same((await empty.as('admin').templates.list()).items, []);
});
