import { over } from '../store/log/as-of.js';
import type { Op } from '../store/log/commit.js';
import type { RecordEntry, View } from '../store/log/view.js';

/** The records as they would stand after `ops`, for checking the next write of the same commit. */
export function layered(view: View, ops: readonly Op[]): View {
  if (ops.length === 0) return view;
  const changed = new Map<string, RecordEntry | undefined>();
  for (const op of ops) changed.set(op.key, op.op === 'put' ? { key: op.key, value: op.value, rv: view.get(op.key)?.rv ?? 0 } : undefined);
  return over(view, changed);
}
