import { z } from 'zod';

/** Types that run and keep nothing: what they hold is in volumes, which are others. */
const restartable = new Set(['docker_container']);

const State = z.object({
  resources: z.array(z.object({ module: z.string().optional(), mode: z.string(), type: z.string(), name: z.string(), instances: z.array(z.object({ index_key: z.union([z.string(), z.number()]).optional() })) })).default([]),
});

/** Addresses of what a restart makes anew, by a state of tofu. Pure. */
export function restartedBy(state: unknown): string[] {
  return State.parse(state ?? {}).resources.flatMap(({ module, mode, type, name, instances }) => {
    if (mode !== 'managed' || !restartable.has(type)) return [];
    const at = [...(module ? [module] : []), type, name].join('.');
    return instances.map(({ index_key: key }) => (key === undefined ? at : `${at}[${JSON.stringify(key)}]`));
  });
}
