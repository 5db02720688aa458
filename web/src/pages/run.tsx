import type { Job, PlanSummary } from '@spawnit/contract';
import { Link } from '@tanstack/react-router';
import { call } from '../api/call.js';
import { api } from '../api/paths.js';
import { ageText, useNow } from '../live/clock.js';
import { useOne } from '../live/store.js';
import { runRoute } from '../routes.js';
import { Badge, Button, Empty, FailureNotice, Loading, Notice } from '../ui/parts.js';
import { useAction } from '../ui/use-action.js';
import { jobTone } from './service/runs.js';
import { LogView } from '../logs/log-view.js';

const ended = ['Succeeded', 'Failed', 'Cancelled', 'Lost'];

/** One run: its stages with how long each took, what it changes, and what tofu says. */
export function Run() {
  const { namespace, name } = runRoute.useParams();
  const job = useOne('jobs', name, namespace);
  const { run, busy, error } = useAction(() => call(api.job(namespace, name), { method: 'PATCH', contentType: 'application/merge-patch+json', body: { spec: { cancel: true, cancelReason: 'asked for in the dashboard' } } }));
  if (job === undefined) return <Loading what="the run" />;
  if (job === null) return <Empty page title="This run is not kept (any more)"><Link to="/services">All services</Link></Empty>;
  const over = ended.includes(job.status?.phase ?? '');
  return (
    <>
      <div className="row between">
        <div className="row">
          <h1>{job.spec.type} of <Link to="/services/$namespace/$name" params={{ namespace, name: job.spec.service }}>{job.spec.service}</Link></h1>
          <Badge tone={jobTone(job)}>{job.status?.phase ?? 'Pending'}</Badge>
        </div>
        {!over && <Button kind="danger" isDisabled={busy || job.spec.cancel} onPress={() => void run()}>{job.spec.cancel ? 'Cancelling …' : 'Cancel'}</Button>}
      </div>
      {error !== undefined && <FailureNotice error={error} title="It was not cancelled" />}
      {job.status?.error && (
        <Notice tone="bad" title={`${job.status.error.cause}: ${job.status.error.summary}`}>
          {job.status.error.detail && <p className="wrap">{job.status.error.detail}</p>}
          <p><strong>What to do:</strong> {job.status.error.hint}</p>
        </Notice>
      )}
      <Stages job={job} />
      {job.status?.plan && <Plan plan={job.status.plan} />}
      <LogView namespace={namespace} name={name} />
    </>
  );
}

function Stages({ job }: { job: Job }) {
  const now = useNow();
  const stages = job.status?.stages ?? [];
  if (stages.length === 0) return <p className="quiet">{job.status?.message ?? 'Waiting for a node.'}</p>;
  return (
    <ol className="stages" aria-label="Stages">
      {stages.map(({ name, startTime, endTime }) => (
        <li key={name}><Badge tone={endTime ? 'good' : 'wait'}>{name}</Badge> <span className="quiet">{ageText((endTime ? Date.parse(endTime) : now) - Date.parse(startTime))}</span></li>
      ))}
    </ol>
  );
}

const glyphs: Record<PlanSummary['changes'][number]['action'], { glyph: string; tone: string }> = {
  create: { glyph: '+', tone: 'add' },
  update: { glyph: '~', tone: 'change' },
  replace: { glyph: '±', tone: 'destroy' },
  delete: { glyph: '−', tone: 'destroy' },
  read: { glyph: '→', tone: 'change' },
  import: { glyph: '⇥', tone: 'add' },
  forget: { glyph: '⊘', tone: 'change' },
};

function Plan({ plan }: { plan: PlanSummary }) {
  return (
    <section className="card" aria-labelledby="plan">
      <h2 id="plan">Plan: {plan.add} to add, {plan.change} to change, {plan.destroy} to destroy</h2>
      {plan.changes.length === 0 && <p className="quiet">Nothing differs.</p>}
      {plan.changes.map(({ address, action, fields }) => (
        <details key={address} open={plan.changes.length <= 5}>
          <summary><span className={`mono glyph-${glyphs[action].tone}`} aria-hidden="true">{glyphs[action].glyph}</span> {action} <span className="mono">{address}</span></summary>
          <table>
            <tbody>
              {fields.map(({ field, before, after, forcesReplacement }) => (
                <tr key={field}><th scope="row" className="mono">{field}</th><td className="mono wrap">{before}</td><td className="mono wrap">{after}{forcesReplacement && <strong> (forces replacement)</strong>}</td></tr>
              ))}
            </tbody>
          </table>
        </details>
      ))}
    </section>
  );
}
