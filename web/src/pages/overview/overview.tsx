import type { Service } from '@spawnit/contract';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { ageText, useNow } from '../../live/clock.js';
import { useAll } from '../../live/store.js';
import { conditionOf, phaseOf } from '../../ui/conditions.js';
import { EventRow } from '../../ui/event-row.js';
import { inLocalTime } from '../../ui/local-time.js';
import { Badge, Empty, Loading, Notice } from '../../ui/parts.js';
import { concernsOf, type Concern } from './attention.js';

const always = ['Ready', 'Provisioning', 'Drifted', 'Failed'] as const;
const ifAny = ['Pending', 'Suspended', 'Deleting'] as const;
const most = 12;

/** What there is, what needs somebody, and what has just happened. */
export function Overview() {
  const services = useAll('services');
  const nodes = useAll('nodes');
  const jobs = useAll('jobs');
  const counts = useMemo(() => countsOf(services ?? []), [services]);
  const concerns = useMemo(() => concernsOf(services ?? [], nodes ?? [], jobs ?? []), [services, nodes, jobs]);
  if (!services || !nodes || !jobs) return <Loading what="the overview" />;
  const ready = nodes.filter((node) => conditionOf(node, 'Ready')?.status === 'True').length;
  return (
    <>
      <h1>Overview</h1>
      <section className="counts" aria-label="Counts">
        {[...always, ...ifAny.filter((phase) => counts.has(phase))].map((phase) => (
          <Link key={phase} to="/services" search={{ phase }} className="card count"><b>{counts.get(phase) ?? 0}</b> {phase}</Link>
        ))}
        <Link to="/nodes" className="card count"><b>{ready}/{nodes.length}</b> Nodes ready</Link>
      </section>
      {nodes.length === 0 && <Notice tone="warn" title="No node has joined yet"><p>Nothing can run before a worker-agent has: <Link to="/nodes">how to add one</Link>.</p></Notice>}
      {services.length === 0 ? (
        <Empty title="Nothing runs yet">
          <p>Pick something from the catalogue, fill in a form, and watch it come up.</p>
          <div><Link to="/catalogue" className="button" data-kind="primary">Open the catalogue</Link></div>
        </Empty>
      ) : concerns.length === 0 && <section className="card"><Badge tone="good">Nothing needs attention</Badge></section>}
      {concerns.length > 0 && <Attention concerns={concerns} />}
      <Activity />
    </>
  );
}

function countsOf(services: readonly Service[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const service of services) counts.set(phaseOf(service).word, (counts.get(phaseOf(service).word) ?? 0) + 1);
  return counts;
}

function Attention({ concerns }: { concerns: readonly Concern[] }) {
  const now = useNow();
  return (
    <section className="card brief" aria-labelledby="attention">
      <h2 id="attention">Needs attention <span className="quiet">{concerns.length}</span></h2>
      {concerns.slice(0, most).map(({ key, tone, word, about, why, since }) => (
        <div key={key} className="row">
          <Badge tone={tone}>{word}</Badge>
          {'node' in about ? <Link to="/nodes" search={{ node: about.node }}>{about.node}</Link> : <Link to="/services/$namespace/$name" params={{ namespace: about.namespace, name: about.service }}>{about.service}</Link>}
          <span className="quiet wrap clamped" title={why}>{inLocalTime(why)}</span>
          {since && <span className="quiet mono">for {ageText(now - Date.parse(since))}</span>}
        </div>
      ))}
      {concerns.length > most && <p className="quiet">and {concerns.length - most} more</p>}
    </section>
  );
}

function Activity() {
  const events = useAll('events');
  const now = useNow();
  const latest = useMemo(() => [...(events ?? [])].sort((a, b) => (a.lastTimestamp < b.lastTimestamp ? 1 : -1)).slice(0, most), [events]);
  if (!events) return null;
  return (
    <section className="card brief" aria-labelledby="activity">
      <h2 id="activity">Activity</h2>
      {latest.length === 0 ? <p className="quiet">Nothing has happened yet.</p> : latest.map((event) => <EventRow key={event.metadata.uid} event={event} now={now} />)}
    </section>
  );
}
