import type { RunInputs, ServiceOutput } from '@spawnit/contract';
import type { z } from 'zod';
import type { TofuMessage } from '../tofu/messages.js';

type Outputs = Record<string, z.infer<typeof ServiceOutput>>;

/** The outputs after an apply. Of sensitive ones (in the module's or the template's eyes) only that they are there. */
export function outputsOf(messages: readonly TofuMessage[], inputs: Pick<RunInputs, 'outputs'>): Outputs | undefined {
  const last = messages.findLast((message) => message.type === 'outputs');
  if (last === undefined) return undefined;
  return Object.fromEntries(
    Object.entries(last.outputs).map(([name, { sensitive, value }]) => {
      const hidden = sensitive || inputs.outputs[name]?.sensitive === true;
      return [name, hidden ? { sensitive: true } : { value: value ?? null }];
    }),
  );
}
