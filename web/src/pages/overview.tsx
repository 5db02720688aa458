import type { Service } from '@spawnit/contract';
import { Link } from '@tanstack/react-router';
import { useNow } from '../live/clock.js';
import { useAll } from '../live/store.js';
import { phaseOf, troubleOf } from '../ui/conditions.js';
import { EventRow } from '../ui/event-row.js';
import { Badge, Empty, Loading } from '../ui/parts.js';

const phases = ['Ready', 'Provisioning', 'Drifted', 'Failed'] as const;
const newest = 12;

/** What there is, what needs somebody, and what has just happened. */
export function Overview() {
  const services = useAll('services');
  const nodes = useAll('nodes');
  if (!services || !nodes) return <Loading what="the overview" />;
  const troubled = services.filter((service) => troubleOf(service) !== undefined);
  const lost = nodes.filter(({ status }) => status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is !== 'True'));
  return (
    <>
      <h1>Overview</h1>
      <section className="counts" aria-label="Counts">
        {phases.map((phase) => (
          <Link key={phase} to="/services" search={{ phase }} className="card count">
            <b>{services.filter((service) => phaseOf(service).word === phase).length}</b> {phase}
          </Link>
        ))}
        <Link to="/nodes" className="card count">
          <b>{nodes.length - lost.length}/{nodes.length}</b> Nodes ready
        </Link>
      </section>
      {services.length === 0 && (
        <Empty title="Nothing runs yet">
          <p>Pick something from the catalogue, fill in a form, and watch it come up.</p>
          <div><Link to="/catalogue" className="button" data-kind="primary">Open the catalogue</Link></div>
        </Empty>
      )}
      {troubled.length > 0 && <Attention services={troubled} />}
      <Activity />
    </>
  );
}

function Attention({ services }: { services: Service[] }) {
  return (
    <section className="card" aria-labelledby="attention">
      <h2 id="attention">Needs attention</h2>
      {services.slice(0, newest).map((service) => {
        const { namespace = '', name, uid } = service.metadata;
        const { word, tone } = phaseOf(service);
        return (
          <div key={uid} className="row">
            <Badge tone={tone}>{word}</Badge>
            <Link to="/services/$namespace/$name" params={{ namespace, name }}>{name}</Link>
            <span className="quiet wrap">{troubleOf(service)}</span>
          </div>
        );
      })}
      {services.length > newest && <p className="quiet">and {services.length - newest} more</p>}
    </section>
  );
}

function Activity() {
  const events = useAll('events');
  const now = useNow();
  if (!events) return null;
  const latest = [...events].sort((a, b) => (a.lastTimestamp < b.lastTimestamp ? 1 : -1)).slice(0, newest);
  return (
    <section className="card" aria-labelledby="activity">
      <h2 id="activity">Activity</h2>
      {latest.length === 0 ? <p className="quiet">Nothing has happened yet.</p> : latest.map((event) => <EventRow key={event.metadata.uid} event={event} now={now} />)}
    </section>
  );
}
