import { setTimeout as delay } from 'node:timers/promises';

interface NodeList {
  items: { metadata: { name: string }; status?: { conditions?: { type: string; status: string }[] } }[];
}

/** Waits until these nodes are Ready. Gives those that are not when `withinMs` have passed, or `stopped()` says so. */
export async function agentsNotReady(server: string, token: string, names: readonly string[], withinMs: number, stopped: () => boolean): Promise<string[]> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const ready = await readyNodes(server, token);
    const missing = names.filter((name) => !ready.has(name));
    if (missing.length === 0 || stopped() || performance.now() > deadline) return missing;
    await delay(50);
  }
}

async function readyNodes(server: string, token: string): Promise<Set<string>> {
  const { items = [] } = await fetch(`${server}/apis/spawnit.dev/v1/nodes`, { headers: { authorization: `Bearer ${token}` } }).then(
    (answer) => answer.json() as Promise<Partial<NodeList>>,
    () => ({}) as Partial<NodeList>,
  );
  return new Set(items.filter(({ status }) => status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True')).map(({ metadata }) => metadata.name));
}
