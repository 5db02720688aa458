import { self } from '../bootstrap.js';
import type { Part, ServerContext } from '../context.js';
import type { Op } from '../store/log/commit.js';
import type { View } from '../store/log/view.js';
import { idempotencyPrefix } from './idempotency.js';

const everyMs = 10 * 60_000;
const keptMs = 24 * 3_600_000;
const mostAtOnce = 1_000;

/** Forgets keys of requests that nobody will repeat any more. A wall clock is good enough for a day. */
export const idempotencyExpiry: Part = (app, context) => {
  const timer = setInterval(() => void forget(context), everyMs);
  app.addHook('onClose', async () => clearInterval(timer));
};

export async function forget(context: ServerContext): Promise<void> {
  const before = new Date(Date.parse(context.now()) - keptMs).toISOString();
  if (expired(context.registry.view, before).length === 0) return;
  const done = context.registry.write(self.name, (view) => ({ ops: expired(view, before), result: undefined }));
  await done.catch((error: unknown) => context.log.warn({ err: error }, 'old idempotency keys could not be removed; it is tried again'));
}

function expired(view: View, before: string): Op[] {
  const ops: Op[] = [];
  for (const { key, value } of view.list(idempotencyPrefix)) if (String(value['time']) < before && ops.length < mostAtOnce) ops.push({ op: 'delete', key });
  return ops;
}
