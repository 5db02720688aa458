import type { Revision, Service } from '@spawnit/contract';
import { Link } from '@tanstack/react-router';
import { ageText, useNow } from '../../../live/clock.js';
import { useAll } from '../../../live/store.js';
import { inLocalTime } from '../../../ui/local-time.js';
import { Badge } from '../../../ui/parts.js';
import { jobTone } from '../runs.js';
import { momentsOf } from './moments.js';

/** Edits, runs, drift and moves, newest first. */
export function Timeline({ service, revisions }: { service: Service; revisions: readonly Revision[] }) {
  const now = useNow();
  const moments = momentsOf(service, { revisions, jobs: useAll('jobs') ?? [], events: useAll('events') ?? [] });
  return (
    <section className="card" aria-labelledby="timeline">
      <h2 id="timeline">Timeline</h2>
      <ol className="timeline">
        {moments.map(({ key, time, kind, word, text, job, warns }) => (
          <li key={key} className="row">
            <time className="quiet mono" dateTime={time} title={new Date(time).toLocaleString()}>{ageText(now - Date.parse(time))} ago</time>
            <Badge tone={job ? jobTone(job) : warns ? 'warn' : kind === 'edit' ? 'wait' : 'good'}>{word}</Badge>
            <span className="wrap">{job ? <Link to="/runs/$namespace/$name" params={{ namespace: job.metadata.namespace ?? '', name: job.metadata.name }}>{text}</Link> : inLocalTime(text)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
