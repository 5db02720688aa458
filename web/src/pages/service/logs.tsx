import type { Service } from '@spawnit/contract';
import { Link, useNavigate } from '@tanstack/react-router';
import { Suspense } from 'react';
import { ageText, useNow } from '../../live/clock.js';
import { useJobsOf } from '../../live/jobs.js';
import { serviceRoute } from '../../routes.js';
import { late } from '../../ui/late.js';
import { Empty, Loading } from '../../ui/parts.js';

const LogView = late(() => import('../../logs/log-view.js').then((module) => module.LogView));

/** What tofu has said in each run, the one under way or the newest first. */
export function Logs({ service }: { service: Service }) {
  const now = useNow();
  const { run } = serviceRoute.useSearch();
  const navigate = useNavigate({ from: '/services/$namespace/$name' });
  const jobs = useJobsOf(service.metadata.uid);
  if (!jobs) return <Loading what="the runs" />;
  const shown = jobs.find(({ metadata }) => metadata.name === (run ?? service.status?.activeJob)) ?? jobs[0];
  if (!shown) return <Empty title="Nothing was run for it yet"><p>Its log begins with its first run.</p></Empty>;
  const { name, namespace = '' } = shown.metadata;
  return (
    <>
      <div className="row">
        <div className="field">
          <label htmlFor="run">Run</label>
          <select id="run" value={name} onChange={(event) => void navigate({ search: (before) => ({ ...before, run: event.target.value }), replace: true })}>
            {jobs.map(({ metadata, spec, status }) => (
              <option key={metadata.uid} value={metadata.name}>{spec.type} of generation {spec.generation}, {status?.phase ?? 'Pending'}, {ageText(now - Date.parse(metadata.creationTimestamp ?? ''))} ago</option>
            ))}
          </select>
        </div>
        <Link to="/runs/$namespace/$name" params={{ namespace, name }}>Open this run</Link>
      </div>
      <Suspense fallback={<Loading what="the log" />}><LogView key={name} namespace={namespace} name={name} /></Suspense>
    </>
  );
}
