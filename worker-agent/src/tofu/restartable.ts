import { z } from 'zod';

/** Types that run and keep nothing: what they hold is in volumes, which are others. */
const restartable = new Set(['docker_container']);

const Instance = z.object({ index_key: z.union([z.string(), z.number()]).optional(), attributes: z.object({ id: z.string().optional() }).nullish() });
const State = z.object({
  resources: z.array(z.object({ module: z.string().optional(), mode: z.string(), type: z.string(), name: z.string(), instances: z.array(Instance) })).default([]),
});

/** What a restart makes anew. */
export interface Restartable {
  address: string;
  /** Another for each that is made. */
  id?: string;
}

/** What a restart makes anew, by a state of tofu. Pure. */
export function restartableIn(state: unknown): Restartable[] {
  return State.parse(state ?? {}).resources.flatMap(({ module, mode, type, name, instances }) => {
    if (mode !== 'managed' || !restartable.has(type)) return [];
    const at = [...(module ? [module] : []), type, name].join('.');
    return instances.map(({ index_key: key, attributes }) => ({ address: key === undefined ? at : `${at}[${JSON.stringify(key)}]`, id: attributes?.id }));
  });
}
