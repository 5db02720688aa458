import { sensitiveMask, type StateContent } from '@spawnit/contract';
import { z } from 'zod';

const Step = z.looseObject({ type: z.string(), value: z.unknown() });
const Instance = z.looseObject({
  index_key: z.union([z.string(), z.number()]).optional(),
  status: z.string().optional(),
  attributes: z.record(z.string(), z.unknown()).nullish(),
  sensitive_attributes: z.array(z.unknown()).nullish(),
  dependencies: z.array(z.string()).nullish(),
});
const State = z.looseObject({
  terraform_version: z.string().optional(),
  outputs: z.record(z.string(), z.looseObject({ value: z.unknown(), sensitive: z.boolean().optional() })).nullish(),
  resources: z.array(z.looseObject({ module: z.string().optional(), mode: z.string().optional(), type: z.string().default('?'), name: z.string().default('?'), instances: z.array(Instance).nullish() })).nullish(),
});

/** What providers call what is secret, where tofu was not told so. */
const telling = /passw|secret|token|private_?key|credential|auth/i;
/** Shorter ones would blot out half of everything. */
const shortestSecret = 4;

/** What a state holds, without what is sensitive: marked so by tofu, named so, or equal to one of `secrets`. */
export function contentOf(state: Buffer, secrets: readonly unknown[]): Pick<StateContent, 'terraformVersion' | 'outputs' | 'contents'> {
  const { terraform_version: terraformVersion, outputs, resources } = State.parse(JSON.parse(state.toString()));
  const all = [...(resources ?? [])].flatMap(({ instances, ...resource }) => (instances ?? []).map((instance) => ({ resource, instance, address: addressOf(resource, instance.index_key) })));
  const marked = all.flatMap(({ instance }) => sensitiveValues(instance));
  const hidden = Object.values(outputs ?? {}).flatMap(({ sensitive, value }) => (sensitive ? [value] : []));
  const clean = cleaner([...secrets, ...marked, ...hidden]);
  return {
    terraformVersion,
    outputs: Object.fromEntries(Object.entries(outputs ?? {}).map(([name, { value, sensitive }]) => [name, sensitive ? { value: sensitiveMask, sensitive: true } : { value: clean(value) }])),
    contents: all.map(({ instance, address }) => ({
      address,
      ...(typeof instance.attributes?.['id'] === 'string' && { id: clean(instance.attributes['id']) as string }),
      ...(instance.status === 'tainted' && { tainted: true }),
      ...(instance.dependencies?.length && { dependencies: instance.dependencies }),
      attributes: clean(instance.attributes ?? {}) as Record<string, unknown>,
    })),
  };
}

/** Addresses of everything that a state knows. */
export function addressesOf(state: Buffer): string[] {
  const { resources } = State.parse(JSON.parse(state.toString()));
  return (resources ?? []).filter(({ mode }) => mode !== 'data').flatMap(({ instances, ...resource }) => (instances ?? []).map(({ index_key }) => addressOf(resource, index_key)));
}

function addressOf({ module, mode, type, name }: { module?: string; mode?: string; type: string; name: string }, index: string | number | undefined): string {
  const parts = [module, mode === 'data' ? 'data' : undefined, type, name].filter((part) => part !== undefined);
  return parts.join('.') + (index === undefined ? '' : `[${JSON.stringify(index)}]`);
}

/** Values at the paths that tofu marks, whole. */
function sensitiveValues({ attributes, sensitive_attributes: paths }: z.infer<typeof Instance>): unknown[] {
  return (paths ?? []).flatMap((path) => {
    const steps = z.array(Step).safeParse(path);
    if (!steps.success) return [];
    return [steps.data.reduce<unknown>((at, { value }) => (at as Record<string, unknown> | undefined)?.[keyOf(value)], attributes)];
  });
}

/** A step names an attribute, or has the index as a value with its type. */
function keyOf(value: unknown): string {
  const inner = typeof value === 'object' && value !== null ? (value as { value?: unknown }).value : value;
  return typeof inner === 'string' || typeof inner === 'number' ? String(inner) : '';
}

function cleaner(secrets: readonly unknown[]): (value: unknown) => unknown {
  const words = [...new Set(secrets.flatMap(leaves))].filter((word) => word.length >= shortestSecret).sort((a, b) => b.length - a.length);
  const clean = (value: unknown, name = ''): unknown => {
    if (telling.test(name) && value !== null && value !== undefined && value !== '') return sensitiveMask;
    if (typeof value === 'string' || typeof value === 'number') return words.some((word) => String(value).includes(word)) ? sensitiveMask : value;
    if (Array.isArray(value)) return value.map((each) => clean(each));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, clean(inner, key)]));
  };
  return (value) => clean(value);
}

function leaves(value: unknown): string[] {
  if (typeof value === 'string' || typeof value === 'number') return [String(value)];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leaves) : [];
}
