import { checkLog } from './check-log.js';
import { checkRecord } from './check-record.js';
import type { Call, History } from './history.js';

/** All that is wrong with a history: what no order explains of each record, and what its lists, watches and answers contradict. */
export function check(history: History): string[] {
  const records = new Map<string, Call[]>();
  for (const call of history.calls) records.set(call.record, [...(records.get(call.record) ?? []), call]);
  const linearizable = [...records].flatMap(([record, calls]) => {
    const why = checkRecord([...calls, ...history.lists.map((list) => asGet(record, list))]);
    return why === undefined ? [] : [`${record}: ${why}`];
  });
  return [...linearizable, ...checkLog(history)];
}

/** To one record a list is a read of it. */
function asGet(record: string, { items, from, to }: History['lists'][number]): Call {
  const seen = items.get(record);
  return { record, operation: { do: 'get' }, answer: seen ? { is: 'object', seen } : { is: 'absent' }, from, to };
}
