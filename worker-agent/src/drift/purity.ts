import type { ModuleBundle } from '@spawnit/contract';

/** Behind a word, where a sign is to follow: a comment in between is taken for what hides the sign, so nothing has to be known of where comments end. */
const comment = String.raw`\/\*|\/\/|#`;
const calls = (names: string) => new RegExp(String.raw`\b(${names})\s*(\(|${comment})`);

/** What makes a plan hang on more than its inputs and what providers read. Rather too much is found than too little: comments and texts count. */
const impure: [RegExp, string][] = [
  [calls('timestamp|plantimestamp|uuid|bcrypt'), 'a function that answers differently each time'],
  [calls('file|filebase64|fileexists|fileset|templatefile|file(md5|sha1|sha256|sha512|base64sha256|base64sha512)|abspath|pathexpand'), 'files of the node'],
  [new RegExp(String.raw`\bpath\s*(\.\s*(cwd\b|${comment})|${comment})`), 'files of the node'],
  [calls('templatestring'), 'a function that runs what another text says'],
  // A label may be written with escapes, in which no word is found.
  [new RegExp(String.raw`\bterraform_remote_state\b|\bdata\s*("[^"\n]*\\|${comment})`), 'the state of others'],
  [new RegExp(String.raw`\bprovider\s*(::|${comment})|\bephemeral\b`), 'values that providers make up'],
  [new RegExp(String.raw`\bimport\s*(\{|${comment})`), 'an import'],
];

/** Why plans of a module may not be told from what their providers read; undefined when they may. Pure. */
export function impurityOf({ files }: ModuleBundle): string | undefined {
  const paths = Object.keys(files).filter((path) => /\.(tf|tofu)(\.json)?$/.test(path));
  // Each word can be spelled in many ways there; the apiserver takes none of it.
  if (paths.some((path) => path.endsWith('.json'))) return 'it is written in JSON';
  const texts = paths.map((path) => files[path]!);
  const found = impure.find(([pattern]) => texts.some((text) => pattern.test(text)))?.[1];
  if (found !== undefined) return `it uses ${found}`;
  return texts.some(callsElsewhere) ? 'it calls modules that are not part of it' : undefined;
}

const callsModules = /\bmodule\s*(["\w{]|\/\*)/;
const unknownSource = new RegExp(String.raw`\bsource\s*(${comment}|[:=]\s*(?!["\s])|[:=]\s*"(?!\.\.?\/[^"$%\\\n]*"))`);

/** In a file that calls modules, every source must be a path within the bundle; one of a provider, too, is taken for a module's. */
function callsElsewhere(text: string): boolean {
  return callsModules.test(text) && unknownSource.test(text);
}
