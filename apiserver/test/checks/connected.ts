import { CheckOrder, jsonLines, type CheckResult } from '@spawnit/contract';
import { waitFor, type Teardown } from '@spawnit/testkit';
import { HandAgent, running, settle, startPlane, type Plane } from '../agent/plane.js';

export const compliant = (epoch: number): CheckResult => ({ verdict: 'Compliant', fields: [], epoch, generation: 1, durationMs: 5 });

export interface Connected {
  orders: CheckOrder[];
  lines: () => number;
  close(): void;
}

/** An agent's stream of orders. */
export async function connect(t: Teardown, agent: HandAgent): Promise<Connected> {
  const stop = new AbortController();
  t.teardown(() => stop.abort());
  const orders: CheckOrder[] = [];
  let lines = 0;
  const body = await agent.transport.stream({ path: `/agent/v1/nodes/${agent.name}/checks`, signal: stop.signal });
  void (async () => {
    for await (const line of jsonLines(body)) {
      lines++;
      const order = CheckOrder.safeParse(line);
      if (order.success) orders.push(order.data);
    }
  })().catch(() => undefined);
  return { orders, lines: () => lines, close: () => stop.abort() };
}

/** A service that runs on an agent whose stream of orders is open. */
export async function withStream(t: Teardown): Promise<{ plane: Plane; agent: HandAgent; stream: Connected }> {
  const plane = await startPlane(t);
  const agent = await HandAgent.join(t, plane, 'n1');
  await applied(plane, agent, 'svc');
  const stream = await connect(t, agent);
  await waitFor(() => stream.lines() > 0, { what: 'the stream to be open' });
  return { plane, agent, stream };
}

/** A service as an apply by this agent has left it. */
export async function applied(plane: Plane, agent: HandAgent, service: string, parameters: Record<string, unknown> = { token: 'hunter2' }): Promise<void> {
  const { job } = await running(plane, agent, service, { spec: { parameters } });
  await agent.finish(job, { phase: 'Succeeded' });
  await settle(plane, service, { applied: { generation: 1, job: job.metadata.name, revision: job.spec.revision, module: job.spec.module, inputs: {}, time: '2026-01-01T00:00:00Z' } });
}
