import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

export interface DriftMetrics {
  /** `ended`: compliant, drifted, unknown, skipped; `by`: plan, reads, or nothing when it came to nothing. */
  checked(ended: string, by: string, seconds: number): void;
  /** A full plan said otherwise than another one of the same reads. */
  contradicted(): void;
  /** An engine told something of a service. */
  suspected(): void;
  /** How long after it was due a check began. */
  began(lateSeconds: number): void;
  verdict(written: string): void;
  inFlight(checks: number): void;
}

export function driftMetrics(registry: Registry): DriftMetrics {
  const registers = [registry];
  const checks = new Counter({ name: 'spawnit_drift_checks_total', help: 'Checks, by how they ended', labelNames: ['ended', 'by'], registers });
  const contradictions = new Counter({ name: 'spawnit_drift_contradictions_total', help: 'Full plans that said otherwise than another of the same reads; their module is always planned from then on', registers });
  const suspicions = new Counter({ name: 'spawnit_drift_suspicions_total', help: 'Services checked at once, as their engine told something of them', registers });
  const seconds = new Histogram({ name: 'spawnit_drift_check_seconds', help: 'Duration of a check', buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60], registers });
  const late = new Histogram({ name: 'spawnit_drift_check_lateness_seconds', help: 'How long after it was due a check began', buckets: [0.01, 0.1, 0.5, 1, 2.5, 5, 10, 30, 120], registers });
  const verdicts = new Counter({ name: 'spawnit_drift_verdicts_total', help: 'Verdicts that changed a record', labelNames: ['verdict'], registers });
  const flying = new Gauge({ name: 'spawnit_drift_checks_in_flight', help: 'Checks under way, of which there may be so many for a node and in all', registers });
  return {
    checked(ended, by, duration) {
      checks.inc({ ended, by });
      seconds.observe(duration);
    },
    contradicted: () => contradictions.inc(),
    suspected: () => suspicions.inc(),
    began: (lateSeconds) => late.observe(lateSeconds),
    verdict: (written) => verdicts.inc({ verdict: written }),
    inFlight: (n) => flying.set(n),
  };
}
