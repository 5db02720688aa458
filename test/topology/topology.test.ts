import { join, sep } from 'node:path';
import t from 'tap';
import { importsOf, read, sourceFiles, workspaceOf } from './sources.js';

const programs = ['apiserver', 'scheduler', 'reconciler', 'drift-controller', 'worker-agent'];
const sources = sourceFiles();

t.test('only the apiserver speaks to the object store, and only the agent starts processes by execa', async (t) => {
  t.same(importersOf('@aws-sdk/client-s3'), ['apiserver']);
  t.same(importersOf('execa'), ['worker-agent']);
});

t.test('no program imports another', async (t) => {
  const names = programs.map((p) => `@spawnit/${p}`);
  // The simulation runs all programs in one process, on virtual time: it is about what is inside of them.
  const others = sources.filter((file) => !file.startsWith(join('test', 'simulation') + sep));
  const found = others.flatMap((file) => importsOf(file).filter((i) => names.some((name) => i === name || i.startsWith(`${name}/`))).map((i) => `${file} imports ${i}`));
  t.same(found, []);
  const across = sources.flatMap((file) => importsOf(file).filter((i) => i.startsWith('.') && leaves(file, i)).map((i) => `${file} imports ${i}`));
  t.same(across, [], 'nor by a path that leaves its workspace');
});

t.test('only a config.ts reads the environment, in the programs and the libraries they are made of', async (t) => {
  const product = sources.filter((f) => !f.includes(`${sep}test${sep}`) && (programs.includes(top(f)) || /^packages\/(contract|controller)\//.test(f)));
  t.ok(product.length > 50, 'the files were found');
  t.same(product.filter((f) => !f.endsWith('config.ts') && /process\.env/.test(read(f))), []);
});

t.test('what decides does no I/O', async (t) => {
  const pure = ['reconciler/src/decide.ts', 'scheduler/src/place.ts', 'drift-controller/src/decide.ts'];
  for (const file of pure) {
    t.same(importsOf(file).filter((i) => i.startsWith('node:') || ['undici', 'fastify', 'pino'].includes(i)), [], file);
    t.notMatch(read(file), /Date\.now|Math\.random|new Date\(\)|performance\.now|\bawait\b/, `${file} is given the time and chance it needs`);
  }
});

t.test('a workspace names every package that it imports', async (t) => {
  const missing = sources.flatMap((file) => {
    const manifest = JSON.parse(read(join(workspaceOf(file), 'package.json'))) as { name: string } & Record<'dependencies' | 'devDependencies', Record<string, string> | undefined>;
    const root = JSON.parse(read('package.json')) as Record<string, Record<string, string>>;
    const known = new Set([manifest.name, ...Object.keys({ ...manifest.dependencies, ...manifest.devDependencies, ...root.devDependencies })]);
    return importsOf(file).map(packageOf).filter((p) => p !== undefined && !known.has(p)).map((p) => `${file} imports ${p}`);
  });
  t.same(missing, []);
});

function importersOf(name: string): string[] {
  return [...new Set(sources.filter((file) => importsOf(file).includes(name)).map(top))].sort();
}

function packageOf(specifier: string): string | undefined {
  if (specifier.startsWith('.') || specifier.startsWith('node:')) return undefined;
  return specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}

function leaves(file: string, specifier: string): boolean {
  const target = join(file, '..', specifier);
  return !target.startsWith(workspaceOf(file) + sep);
}

function top(file: string): string {
  return file.split(sep)[0]!;
}
