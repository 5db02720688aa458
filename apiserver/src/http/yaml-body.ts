import { ApiError } from '@spawnit/contract';
import { parseAllDocuments, type Document } from 'yaml';
import { readJson } from './json-body.js';

/** What clients say of YAML; server-side apply sends JSON under the last name as a rule. */
export const yamlTypes = ['application/yaml', 'application/apply-patch+yaml'];

/** Reading YAML takes far longer than reading JSON, and nothing else is done meanwhile. */
const mostCharacters = 256 * 1024;

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
  const [document, ...others] = [...parseAllDocuments(text, { strict: true, uniqueKeys: true, merge: false, logLevel: 'silent' })] as Document[];
  if (document === undefined || others.length > 0) throw new ApiError('BadRequest', 'the body must be one YAML document');
  const first = document.errors[0];
  if (first) throw new ApiError('BadRequest', `the body is not valid YAML: ${first.code} at line ${first.linePos?.[0].line ?? 1}, column ${first.linePos?.[0].col ?? 1}`);
  return readJson(JSON.stringify(plain(document)) ?? 'null');
}

/** Aliases could make a small body huge. */
function plain(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch {
    throw new ApiError('BadRequest', 'the body uses YAML aliases, which are not read here: write the values out');
  }
}
