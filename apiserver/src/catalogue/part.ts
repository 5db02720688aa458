import { moduleKind, templateKind, type Template } from '@spawnit/contract';
import { self } from '../bootstrap.js';
import type { Part, ServerContext } from '../context.js';
import { bundleKey } from '../modules/bundle.js';
import { find } from '../resources/records.js';
import { planAll, planCreate, planUpdate, type Planned } from '../resources/write.js';
import type { View } from '../store/log/view.js';
import { readEntry, templateFiles, type CatalogueEntry } from './read.js';

/** Puts the built-in catalogue into the registry before the server listens. */
export const cataloguePart: Part = (app, context) => {
  app.addHook('onReady', () => seedCatalogue(context));
};

/** What is there already stays as it is; an entry that can't be used is named in the log and left out. */
async function seedCatalogue(context: ServerContext): Promise<void> {
  const { config, log, objects, registry } = context;
  const entries = await readAll(context);
  for (const { module, blob } of entries) await objects.putIfAbsent(bundleKey(module.metadata.name), blob);
  const { result } = await registry.write(self.name, (view) => {
    const { ops } = planAll(view, entries.flatMap((entry) => steps(context, entry)));
    return { ops, result: ops.length };
  });
  log.info({ catalogue: config.catalogueDir, templates: entries.length, changes: result }, 'catalogue ready');
}

async function readAll({ config, log }: ServerContext): Promise<CatalogueEntry[]> {
  const files = await templateFiles(config.catalogueDir).catch((error: unknown) => {
    log.warn({ err: error, catalogue: config.catalogueDir }, 'there is no catalogue here; templates can be added over the API');
    return [];
  });
  const read = files.map((file) =>
    readEntry(config.catalogueDir, file).catch((error: unknown) => {
      log.error({ file, err: error }, 'a catalogue entry cannot be used and is left out');
      return undefined;
    }),
  );
  return (await Promise.all(read)).filter((entry) => entry !== undefined);
}

function steps(context: ServerContext, { template, module }: CatalogueEntry): ((view: View) => Planned)[] {
  const scope = { context, identity: self, dryRun: false, now: context.now() };
  const nothing: Planned = { ops: [], object: null };
  return [
    (view) => (find(view, moduleKind, undefined, module.metadata.name) ? nothing : planCreate(view, scope, moduleKind, module)),
    (view) => {
      const old = find<Template>(view, templateKind, undefined, template.metadata.name);
      return old ? planUpdate(view, scope, templateKind, { ...template, metadata: { ...old.metadata, labels: { ...old.metadata.labels, ...template.metadata.labels } } }) : planCreate(view, scope, templateKind, template);
    },
  ];
}
