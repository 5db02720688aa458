import { ApiError, joinPath } from '@spawnit/contract';
import { isMap, isScalar, isSeq, LineCounter, parseAllDocuments, type Document } from 'yaml';
import { rememberDuplicates } from './duplicate-fields.js';
import { readJson } from './json-body.js';

/** What clients say of YAML; server-side apply sends JSON under the last name as a rule. */
export const yamlTypes = ['application/yaml', 'application/apply-patch+yaml'];

/** Reading YAML takes far longer than reading JSON, and nothing else is done meanwhile. */
const mostCharacters = 16 * 1024;

/** Reads a YAML body of one document. Throws BadRequest with line and column; nothing of the body is in the message. */
export function readYaml(text: string): unknown {
  if (/^\s*[{[]/.test(text)) {
    try {
      return readJson(text);
    } catch (error) {
      if (text.length > mostCharacters) throw error;
    }
  }
  if (text.length > mostCharacters) throw new ApiError('PayloadTooLarge', `a body in YAML may have ${mostCharacters} characters: send it as JSON`);
  assertTame(text);
  const lines = new LineCounter();
  const [document, ...others] = [...parseAllDocuments(text, { strict: true, uniqueKeys: false, merge: false, logLevel: 'silent', prettyErrors: false, lineCounter: lines })] as Document[];
  if (document === undefined || others.length > 0) throw new ApiError('BadRequest', 'the body must be one YAML document');
  const first = document.errors[0];
  if (first) {
    const { line, col } = lines.linePos(first.pos[0]);
    throw new ApiError('BadRequest', `the body is not valid YAML: ${first.code} at line ${line}, column ${col}`);
  }
  const body = readJson(JSON.stringify(plain(document)) ?? 'null');
  rememberDuplicates(body, duplicatesIn(document.contents, []));
  return body;
}

/** The path of each key that a mapping has again; keys that are told apart in YAML, as 1 and "1" are, can be one in JSON. */
function* duplicatesIn(node: unknown, path: (string | number)[]): Generator<string> {
  if (isSeq(node)) for (const [i, item] of node.items.entries()) yield* duplicatesIn(item, [...path, i]);
  if (!isMap(node)) return;
  const names = new Set<string>();
  for (const { key, value } of node.items) {
    const name = isScalar(key) ? String(key.value ?? '') : String(key);
    const at = [...path, name];
    if (names.has(name)) yield joinPath('', at);
    names.add(name);
    yield* duplicatesIn(value, at);
  }
}

/** As deep as anything real may be. */
const deepest = 100;
const widestIndent = 2 * deepest;

/** The parser recurses into what is nested, and ends the process at some tens of thousands; so it is counted before, by the signs that can nest. */
function assertTame(text: string): void {
  const tooDeep = () => new ApiError('BadRequest', `the body is nested more than ${deepest} deep, or looks like it: send it as JSON`);
  let flow = 0;
  for (const line of text.split(/\r\n|\n|\r/)) {
    if (/^[\s?:-]*/.exec(line)![0].length > widestIndent || (line.match(/(?<=^|\s)[?:-](?=\s|$)|:(?=\s|$)/g)?.length ?? 0) > deepest) throw tooDeep();
    for (const sign of line.match(/[[\]{}]/g) ?? []) {
      flow = Math.max(0, flow + (sign === '[' || sign === '{' ? 1 : -1));
      if (flow > deepest) throw tooDeep();
    }
  }
}

/** Aliases could make a small body huge. */
function plain(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch {
    throw new ApiError('BadRequest', 'the body uses YAML aliases, which are not read here: write the values out');
  }
}
