import { sep } from 'node:path';
import t from 'tap';
import { fileOf, importsWithNames, read, sourceFiles } from './sources.js';

const sources = sourceFiles();

t.test('what files take from each other goes in no circle, types aside', async (t) => {
  // A form has fields, and a field may be a form.
  const known = 'web/src/forms/field.tsx → web/src/forms/fields.tsx → web/src/forms/field.tsx'.replaceAll('/', sep);
  t.same(circles(), [known]);
});

t.test('what a file exports, besides types, another takes', async (t) => {
  const taken = new Set(sources.flatMap(takenBy));
  const idle = sources.filter((file) => !isPublic(file)).flatMap((file) => exportsOf(file).filter((name) => !taken.has(`${file}#${name}`) && !taken.has(`${file}#*`)).map((name) => `${file} exports ${name}`));
  t.same(idle, []);
});

function circles(): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const walk = (file: string, path: string[]): void => {
    const at = path.indexOf(file);
    if (at >= 0) found.push([...path.slice(at), file].join(' → '));
    if (at >= 0 || done.has(file)) return;
    for (const next of neighbours(file)) walk(next, [...path, file]);
    done.add(file);
  };
  for (const file of sources) walk(file, []);
  return found;
}

function neighbours(file: string): string[] {
  return importsWithNames(file).filter(({ names }) => names !== undefined && !/^type\s/.test(names)).flatMap(({ from }) => (from.startsWith('.') ? (fileOf(file, from) ?? []) : []));
}

/** `file#name` of each name that a file imports; `file#*` where it takes all there is. */
function takenBy(file: string): string[] {
  return importsWithNames(file).flatMap(({ names, from }) => {
    const target = from.startsWith('.') ? fileOf(file, from) : fileOfPackage(from);
    if (target === undefined) return [];
    const braced = /\{([^}]*)\}/.exec(names ?? '')?.[1];
    return braced === undefined ? [`${target}#*`] : braced.split(',').map((name) => `${target}#${name.trim().replace(/^type /, '').replace(/ as .*/, '')}`);
  });
}

/** The simulation runs the programs by their built files. */
function fileOfPackage(specifier: string): string | undefined {
  const [, workspace, path] = /^@spawnit\/([\w-]+)\/dist\/(.+)$/.exec(specifier) ?? [];
  return workspace === undefined ? undefined : fileOf(`${workspace}/package.json`, `./${path}`);
}

function exportsOf(file: string): string[] {
  return [...read(file).matchAll(/^export (?:async )?(?:function\*?|const|let|class|abstract class) (\w+)/gm)].map((match) => match[1]!);
}

/** The contract is a vocabulary for clients; the set-up's commands are found by bootstrap.mjs. */
function isPublic(file: string): boolean {
  return file.startsWith(`packages${sep}contract${sep}src`) || (file.startsWith(`deploy${sep}local${sep}src`) && exportsOf(file).includes('main'));
}
