import { posix } from 'node:path';
import type { Bundle } from './bundle.js';

/** A file of a bundle and what is wrong with it. */
export interface Flaw {
  path: string;
  message: string;
}

/**
 * What would run a program of the module's choice on the worker, or bring in files that nobody has seen. A check of text: it can't
 * know for sure what is a comment or a string to tofu, so it refuses more than it must. Each pattern takes time in proportion
 * to the text.
 */
export function hostile({ files }: Bundle): Flaw[] {
  return Object.entries(files).flatMap(([path, text]) => {
    if (/\.(tf|tofu)\.json$/.test(path)) return [{ path, message: 'is tofu in JSON, which is not taken: write it as .tf' }];
    if (/\.tfstate(\.|$)/.test(path)) return [{ path, message: 'is a tofu state: the state is kept by SpawnIt' }];
    if (!/\.(tf|tofu)$/.test(path)) return [];
    const code = withoutLineComments(text);
    const found = forbidden.filter(([pattern]) => pattern.test(code)).map(([, message]) => ({ path, message }));
    return bringsIn(posix.dirname(path), code) ? [...found, { path, message: 'includes a module from elsewhere: put its files into the bundle and name them by "./" or "../"' }] : found;
  });
}

/** Only where no comment can go over lines: in such a one the rest of a line that begins with # may be code again. */
function withoutLineComments(text: string): string {
  return text.includes('/*') ? text : text.split('\n').filter((line) => !/^[ \t]*(#|\/\/)/.test(line)).join('\n');
}

/** The word where a block or an attribute may begin: not in quotes, not a part of another word. */
const word = (name: string) => String.raw`(?<![\w".-])${name}(?![\w-])\s*`;
/** A label: in quotes, or bare before a brace. A comment in between is taken for an attempt to hide one. */
const label = String.raw`(?:"|\/\*|[\w-]+\s*(?:\{|"|\/\*))`;
const external = String.raw`(?:"?external(?![\w-])|"[^"\n]*\\|\/\*)`;

const forbidden: [RegExp, string][] = [
  [new RegExp(word('provisioner') + label), 'has a provisioner: modules may not run programs on the worker or over SSH'],
  [new RegExp(word('data') + external), 'has an "external" data source: modules may not run programs on the worker'],
  [new RegExp(`${word('key_provider')}${label}|${word('method')}${external}`), 'encrypts the state itself, which may run programs on the worker: the state is encrypted by SpawnIt'],
  [new RegExp(`${word('backend')}${label}|${word('cloud')}(?:\\{|\\/\\*)`), 'names a backend: the state is kept by SpawnIt'],
];

const moduleBlock = new RegExp(word('module') + label);
const sources = new RegExp(`${word('source')}(=\\s*|\\/\\*)`, 'g');
/** A folder; or a provider (`namespace/name`), for which the attribute has the same name. */
const known = /"(?:(\.\.?\/[^"$%\\\n]*)|[\w-]+\/[\w-]+)"/y;

/** In a file that includes modules, every source must be one that needs no look at where it stands, and no folder outside of the bundle. */
function bringsIn(folder: string, text: string): boolean {
  if (!moduleBlock.test(text)) return false;
  return [...text.matchAll(sources)].some(({ index, 0: { length }, 1: sign }) => {
    known.lastIndex = index + length;
    const found = sign!.startsWith('=') ? known.exec(text) : null;
    return found === null || (found[1] !== undefined && posix.join(folder, found[1]).startsWith('..'));
  });
}
