import type { ModuleBundle } from '@spawnit/contract';

/** What makes a plan hang on more than its inputs and what providers read. Rather too much is found than too little: comments count. */
const impure: [RegExp, string][] = [
  [/\b(timestamp|plantimestamp|uuid|bcrypt)\s*\(/, 'a function that answers differently each time'],
  [/\b(file|filebase64|fileexists|fileset|templatefile|file(md5|sha1|sha256|sha512|base64sha256|base64sha512)|abspath|pathexpand)\s*\(|\bpath\s*\.\s*cwd\b/, 'files of the node'],
  [/\bterraform_remote_state\b/, 'the state of others'],
  [/\bprovider\s*::|\bephemeral\b/, 'values that providers make up'],
  [/\bimport\b\s*"?\s*[:{[]/, 'an import'],
];

/** Why plans of a module may not be told from what their providers read; undefined when they may. Pure. */
export function impurityOf({ files }: ModuleBundle): string | undefined {
  const texts = Object.entries(files).filter(([path]) => /\.(tf|tofu)(\.json)?$/.test(path)).map(([, text]) => text);
  const found = impure.find(([pattern]) => texts.some((text) => pattern.test(text)))?.[1];
  if (found !== undefined) return `it uses ${found}`;
  return texts.some(callsElsewhere) ? 'it calls modules that are not part of it' : undefined;
}

/** In a file that calls modules, every source must be a path within the bundle; one of a provider, too, is taken for a module's. */
function callsElsewhere(text: string): boolean {
  return /\bmodule"?\s*:?\s*["\w{]/.test(text) && /\bsource"?\s*[:=]\s*(?!["\s])|\bsource"?\s*[:=]\s*"(?!\.\.?\/)/.test(text);
}
