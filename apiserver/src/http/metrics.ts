import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { ServerContext } from '../context.js';
import type { CommitReport } from '../store/log/options.js';
import { mostWaiting } from '../watch/outlet.js';
import { mostPerCaller } from '../watch/streams.js';

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What the server counts of itself; /metrics writes it in Prometheus' text format. */
export class Metrics {
  readonly registry = new Registry();
  readonly #requests: Histogram<'method' | 'route' | 'code'>;
  readonly #commits: Histogram;
  readonly #transactions: Counter;
  readonly #bytes: Counter;

  constructor() {
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry });
    this.#requests = new Histogram({ name: 'spawnit_http_request_duration_seconds', help: 'Time to answer a request, by its route', labelNames: ['method', 'route', 'code'], buckets: seconds, registers });
    this.#commits = new Histogram({ name: 'spawnit_commit_duration_seconds', help: 'Time to append a commit to the log', buckets: seconds, registers });
    this.#transactions = new Counter({ name: 'spawnit_commit_transactions_total', help: 'Writes that went into commits', registers });
    this.#bytes = new Counter({ name: 'spawnit_commit_bytes_total', help: 'Bytes of commits', registers });
  }

  /** Counts what the routes answer. */
  observe(app: FastifyInstance): void {
    app.addHook('onResponse', async (request, reply) => {
      const labels = { method: request.method, route: request.routeOptions.url ?? 'none', code: String(reply.statusCode) };
      this.#requests.observe(labels, reply.elapsedTime / 1000);
    });
  }

  onCommit({ txns, bytes, ms }: CommitReport): void {
    this.#commits.observe(ms / 1000);
    this.#transactions.inc(txns);
    this.#bytes.inc(bytes);
  }

  /** A number that is read whenever it is asked for. */
  gauge(name: string, help: string, read: () => number): void {
    new Gauge({ name, help, registers: [this.registry], collect() { this.set(read()); } }); // prettier-ignore
  }
}

export function metricsRoute(app: FastifyInstance, { metrics, registry, streams }: ServerContext): void {
  metrics.gauge('spawnit_log_sequence', 'The newest commit that this server knows', () => registry.view.seq);
  metrics.gauge('spawnit_store_up', 'Whether the object store answers', () => (registry.health().ok ? 1 : 0));
  metrics.gauge('spawnit_records', 'Records in memory', () => registry.load().records);
  metrics.gauge('spawnit_record_bytes', 'Their size as JSON', () => registry.load().recordBytes);
  metrics.gauge('spawnit_history_changes', 'Changes in memory from which watches resume', () => registry.load().history);
  metrics.gauge('spawnit_history_changes_max', 'Most of them; older positions are answered 410', () => registry.load().mostHistory);
  metrics.gauge('spawnit_history_bytes', 'Size of what they superseded as JSON', () => registry.load().historyBytes);
  metrics.gauge('spawnit_history_bytes_max', 'Most of it; older positions are answered 410', () => registry.load().mostHistoryBytes);
  metrics.gauge('spawnit_waiting_writes', 'Writes that wait for the store', () => registry.load().waiting);
  metrics.gauge('spawnit_waiting_reads', 'Reads that wait for the store', () => registry.load().syncs);
  metrics.gauge('spawnit_waiting_max', 'Most writes and most reads that may wait; more are answered 429', () => registry.load().mostWaiting);
  metrics.gauge('spawnit_watchers', 'Watches, those of the server itself included', () => registry.load().watchers);
  metrics.gauge('spawnit_open_streams', 'Watches and other long answers that are open', () => streams.size);
  metrics.gauge('spawnit_open_streams_per_caller_max', 'Most of them for one caller; more are answered 429', () => mostPerCaller);
  metrics.gauge('spawnit_stream_waiting_items', 'Changes that wait for slow readers, over all streams', () => streams.pressure.items);
  metrics.gauge('spawnit_stream_waiting_items_max', 'Most that may wait for one reader; then it is closed, and resumes', () => mostWaiting);
  metrics.gauge('spawnit_slow_readers_closed', 'Streams closed since the start because their reader was too slow', () => streams.pressure.closed);
  app.get('/metrics', async (_request, reply) => reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()));
}
