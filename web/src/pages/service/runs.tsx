import type { Job, Service } from '@spawnit/contract';
import { Link } from '@tanstack/react-router';
import { ageText, useNow } from '../../live/clock.js';
import { useJobsOf } from '../../live/jobs.js';
import { Badge, Empty, Loading } from '../../ui/parts.js';
import type { Tone } from '../../ui/tone.js';

const tones: Record<string, Tone> = { Succeeded: 'good', Failed: 'bad', Lost: 'warn', Cancelled: 'warn' };

export function jobTone(job: Job): Tone {
  return tones[job.status?.phase ?? ''] ?? 'wait';
}

/** Everything that was run for it, newest first. */
export function Runs({ service }: { service: Service }) {
  const now = useNow();
  const jobs = useJobsOf(service.metadata.uid);
  if (!jobs) return <Loading what="the runs" />;
  if (jobs.length === 0) return <Empty title="Nothing was run for it yet" />;
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label="Runs">
      <table>
        <thead><tr><th>Run</th><th>Result</th><th>Why</th><th>Changes</th><th>Node</th><th>Begun</th></tr></thead>
        <tbody>
          {jobs.map((job) => (
            <tr key={job.metadata.uid}>
              <td><Link to="/runs/$namespace/$name" params={{ namespace: job.metadata.namespace ?? '', name: job.metadata.name }}>{job.spec.type} of generation {job.spec.generation}</Link></td>
              <td><Badge tone={jobTone(job)}>{job.status?.phase ?? 'Pending'}</Badge></td>
              <td>{job.spec.trigger}</td>
              <td>{job.status?.plan ? `+${job.status.plan.add} ~${job.status.plan.change} −${job.status.plan.destroy}` : '–'}</td>
              <td>{job.status?.node ?? '–'}</td>
              <td>{job.metadata.creationTimestamp ? `${ageText(now - Date.parse(job.metadata.creationTimestamp))} ago` : '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
