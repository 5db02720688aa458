import { checkout } from '@spawnit/local';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** Every file of TypeScript, tests included, by its path from the top of the checkout. */
export function sourceFiles(dir = checkout): string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    if (['node_modules', 'dist', '.git'].includes(entry.name)) return [];
    const path = join(dir, entry.name);
    if (entry.isDirectory()) return sourceFiles(path);
    return /\.tsx?$/.test(entry.name) ? [relative(checkout, path)] : [];
  });
}

/** What a file imports or exports again. */
export interface Import {
  /** The text before `from`: it begins with `type` where only types are meant; none for an import that is only done when it is come to. */
  names?: string;
  from: string;
}

export function importsWithNames(file: string): Import[] {
  return [...read(file).matchAll(/(?:^|\n)(?:import|export)\s([^;'"]*?)\bfrom\s+['"]([^'"]+)['"]|import\(\s*['"]([^'"$]+)['"]\s*\)/g)].map((m) => ({ names: m[1], from: (m[2] ?? m[3])! }));
}

export function importsOf(file: string): string[] {
  return importsWithNames(file).map(({ from }) => from);
}

/** The file that a relative import means, if it is TypeScript. */
export function fileOf(importer: string, specifier: string): string | undefined {
  const path = join(importer, '..', specifier);
  return [path.replace(/\.js$/, '.ts'), path.replace(/\.js$/, '.tsx')].find((each) => /\.tsx?$/.test(each) && existsSync(join(checkout, each)));
}

/** `packages/contract`, `apiserver`, … */
export function workspaceOf(file: string): string {
  const parts = file.split(sep);
  return parts.slice(0, ['packages', 'deploy'].includes(parts[0]!) ? 2 : 1).join(sep);
}

export function read(file: string): string {
  return readFileSync(join(checkout, file), 'utf8');
}
