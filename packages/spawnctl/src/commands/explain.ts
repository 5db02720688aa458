import { apiVersionOf, nearest, type KindDefinition } from '@spawnit/contract';
import { CommandError, exits } from '../exit.js';
import { fieldsOf, nodeAt, requiredOf, typeOf, type SchemaNode } from '../explain/schema.js';
import { print } from '../output/streams.js';
import { kindNamed } from '../refs.js';
import type { Session } from '../session.js';

export interface ExplainFlags {
  recursive?: boolean;
  template?: string;
}

interface Document {
  components: { schemas: Record<string, SchemaNode & { 'x-kubernetes-group-version-kind'?: { kind: string }[] }> };
}

const parametersPath = ['spec', 'parameters'];

/** What a field means, by the server's own OpenAPI document; below a service's spec.parameters by the schema of a template. */
export async function explainField(session: Session, word: string, flags: ExplainFlags): Promise<void> {
  const [first = '', ...path] = word.split('.').filter((part) => part !== '');
  const kind = kindNamed(first);
  const { root, schemas } = await schemaOf(session, kind);
  const inTemplate = kind.kind === 'Service' && parametersPath.every((part, i) => path[i] === part);
  const parameters = flags.template === undefined ? undefined : ((await session.client.templates.get(flags.template)).spec.parameters as SchemaNode);
  if (parameters && kind.kind !== 'Service') throw new CommandError(exits.usage, '--template is for services: explain service.spec.parameters --template NAME');
  if (inTemplate && path.length > 2 && !parameters) throw new CommandError(exits.usage, `which parameters there are is up to the template: add --template NAME (\`spawnctl get templates\` lists them)`);
  const from = parameters ? { node: parameters, path: path.slice(parametersPath.length), at: parametersPath } : { node: root, path, at: [] };
  if (parameters && !inTemplate && path.length > 0) throw new CommandError(exits.usage, `--template explains service.spec.parameters, and ${word} is not below it`);
  const found = find(from.node, from.path, schemas, [kind.singular, ...from.at]);
  const hint = inTemplate && !parameters ? 'Which there are is up to the template: --template NAME shows them.' : undefined;
  print(textOf(kind, [...from.at, ...from.path], found, schemas, flags.recursive ?? false, hint));
}

async function schemaOf(session: Session, kind: KindDefinition): Promise<{ root: SchemaNode; schemas: Record<string, SchemaNode> }> {
  const path = kind.group === '' ? '/openapi/v3/api/v1' : `/openapi/v3/apis/${kind.group}/v1`;
  const { components } = await session.client.transport.json<Document>({ path });
  const root = Object.values(components.schemas).find((schema) => schema['x-kubernetes-group-version-kind']?.some((gvk) => gvk.kind === kind.kind));
  if (!root) throw new CommandError(exits.failed, `the server's OpenAPI document at ${path} says nothing of ${kind.plural}`);
  return { root, schemas: components.schemas };
}

function find(root: SchemaNode, path: string[], schemas: Record<string, SchemaNode>, at: string[]): SchemaNode {
  return path.reduce((node, part, i) => {
    const next = nodeAt(node, part, schemas);
    if (next) return next;
    const known = Object.keys(fieldsOf(node, schemas));
    const near = nearest(part, known);
    const there = known.length > 0 ? ` (there are: ${known.join(', ')})` : '';
    throw new CommandError(exits.notFound, `${[...at, ...path.slice(0, i)].join('.')} has no field "${part}"${near ? `; did you mean "${near}"?` : ''}${there}`);
  }, root);
}

function textOf(kind: KindDefinition, path: string[], node: SchemaNode, schemas: Record<string, SchemaNode>, recursive: boolean, hint: string | undefined): string {
  const head = [`KIND:       ${kind.kind}`, `VERSION:    ${apiVersionOf(kind)}`];
  const field = path.length > 0 ? ['', `FIELD: ${path.at(-1)} <${typeOf(node, schemas)}>`] : [];
  const description = ['', 'DESCRIPTION:', ...indent(describe(node) ?? 'no more is said of it', 4)];
  const lines = fieldLines(node, schemas, recursive, 2);
  return [...head, ...field, ...description, ...(hint ? indent(hint, 4) : []), ...(lines.length > 0 ? ['', 'FIELDS:', ...lines] : [])].join('\n');
}

function fieldLines(node: SchemaNode, schemas: Record<string, SchemaNode>, recursive: boolean, depth: number): string[] {
  const required = requiredOf(node, schemas);
  return Object.entries(fieldsOf(node, schemas)).flatMap(([name, field]) => {
    const line = `${' '.repeat(depth)}${name}\t<${typeOf(field, schemas)}>${required.includes(name) ? ' -required-' : ''}`;
    if (recursive) return [line, ...fieldLines(field, schemas, true, depth + 2)];
    const text = describe(field);
    return [line, ...(text ? indent(text, depth + 2) : []), ''];
  });
}

/** Its words, and what may stand there. */
function describe(node: SchemaNode): string | undefined {
  const { description, title, enum: values, minimum, maximum, writeOnly } = node;
  const items = node.items && typeof node.items === 'object' ? node.items : undefined;
  const bounds = [minimum !== undefined && Math.abs(minimum) < 1e15 && `at least ${minimum}`, maximum !== undefined && Math.abs(maximum) < 1e15 && `at most ${maximum}`].filter(Boolean).join(', ');
  const parts = [
    description ?? title ?? items?.description,
    values && `One of ${values.map((v) => JSON.stringify(v)).join(', ')}.`,
    bounds && `${bounds[0]!.toUpperCase()}${bounds.slice(1)}.`,
    node.default !== undefined && `Default: ${JSON.stringify(node.default)}.`,
    writeOnly && 'Secret: sealed, and never shown again.',
  ];
  return parts.filter(Boolean).join('\n') || undefined;
}

function indent(text: string, by: number): string[] {
  return text.split('\n').map((line) => `${' '.repeat(by)}${line}`.trimEnd());
}
