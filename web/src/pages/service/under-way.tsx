import type { Service } from '@spawnit/contract';
import { Link } from '@tanstack/react-router';
import { useOne } from '../../live/store.js';
import { Stages } from '../run/stages.js';

/** The run that is under way, to be watched where one lands after asking for it. */
export function UnderWay({ service }: { service: Service }) {
  const { namespace = '', name } = service.metadata;
  const job = useOne('jobs', service.status?.activeJob ?? '', namespace);
  if (!job) return null;
  return (
    <section className="card" aria-labelledby="under-way">
      <h2 id="under-way">Under way</h2>
      <Stages job={job} />
      <p><Link to="/runs/$namespace/$name" params={{ namespace, name: job.metadata.name }}>Watch {name} being {doing[job.spec.type]}</Link></p>
    </section>
  );
}

const doing = { Plan: 'planned', Apply: 'made', Destroy: 'removed' } as const;
