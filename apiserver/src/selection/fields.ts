import { ApiError, nearest, type KindDefinition, type Resource } from '@spawnit/contract';

export type FieldTest = (object: Resource) => boolean;

const always = ['metadata.name', 'metadata.namespace'];

/**
 * Kubernetes' field selectors: `path=value`, `path==value`, `path!=value`, joined by commas; `\` escapes `,`, `=` and itself.
 * Only paths that the kind declares. Throws BadRequest that names the nearest known path.
 */
export function parseFieldSelector(kind: KindDefinition, text: string): FieldTest {
  const tests = splitUnescaped(text, ',')
    .filter((part) => part.trim() !== '')
    .map((part) => fieldTest(kind, part));
  return (object) => tests.every((test) => test(object));
}

function fieldTest(kind: KindDefinition, part: string): FieldTest {
  // Blanks are taken off afterwards: a pattern that may take them for either side tries all ways to share them out.
  const match = /^([^=!\\]+)(==|!=|=)(.*)$/s.exec(part);
  if (!match) throw new ApiError('BadRequest', `fieldSelector ${JSON.stringify(part)} can't be read: it must be path=value, path==value or path!=value`);
  const [, before, operator, rest] = match as unknown as [string, string, string, string];
  const path = before.trim();
  const known = [...always, ...kind.selectable];
  if (!known.includes(path)) throw unknownPath(kind, path, known);
  const wanted = rest.trim().replace(/\\(.)/gs, '$1');
  return (object) => (textAt(object, path) === wanted) !== (operator === '!=');
}

function unknownPath(kind: KindDefinition, path: string, known: string[]): ApiError {
  const near = nearest(path, known);
  return new ApiError('BadRequest', `field label not supported: ${kind.plural} can't be selected by ${JSON.stringify(path)}${near ? `, did you mean "${near}"?` : ''}; known are ${known.join(', ')}`);
}

/** The value at a dotted path as text; '' when there is none. */
function textAt(object: Resource, path: string): string {
  const value = path.split('.').reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], object);
  return value === undefined || value === null ? '' : String(value);
}

function splitUnescaped(text: string, separator: string): string[] {
  const parts = [''];
  for (let i = 0; i < text.length; i++) {
    if (text[i] === separator) parts.push('');
    else if (text[i] === '\\' && i + 1 < text.length) parts[parts.length - 1] += text[i]! + text[++i]!;
    else parts[parts.length - 1] += text[i]!;
  }
  return parts;
}
