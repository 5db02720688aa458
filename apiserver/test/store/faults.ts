import type { Fault, FaultHook, StoreCall } from '../../src/store/memory.js';

/** A promise, and what resolves it. */
export function gate(): { opened: Promise<void>; open: () => void } {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

/** Faults for the operations on commits, in the order they come; then none. Keeps what was called. */
export function scripted(script: Partial<Record<StoreCall['op'], (Fault | undefined)[]>>): { fault: FaultHook; calls: string[] } {
  const calls: string[] = [];
  const fault: FaultHook = ({ op, key }) => {
    if (!key.startsWith('registry/log/0')) return undefined;
    calls.push(`${op} ${Number(key.slice('registry/log/'.length))}`);
    return script[op]?.shift();
  };
  return { fault, calls };
}
