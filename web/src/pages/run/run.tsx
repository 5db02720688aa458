import type { Job } from '@spawnit/contract';
import { Link } from '@tanstack/react-router';
import { ActionDialog } from '../../act/action-dialog.js';
import { LogView } from '../../logs/log-view.js';
import { useOne } from '../../live/store.js';
import { runRoute } from '../../routes.js';
import { Badge, Button, Empty, Loading, Notice } from '../../ui/parts.js';
import { jobTone } from '../service/runs.js';
import { Retry } from '../service/retry.js';
import { Plan } from './plan.js';
import { Review } from './review.js';
import { isOver } from './stage-list.js';
import { Stages } from './stages.js';

/** One run: its stages with how long each took, what it changes, what people say to it, and what tofu says. */
export function Run() {
  const { namespace, name } = runRoute.useParams();
  const job = useOne('jobs', name, namespace);
  if (job === undefined) return <Loading what="the run" />;
  if (job === null) return <Empty page title="This run is not kept (any more)"><Link to="/services">All services</Link></Empty>;
  // How far its log was read, and what was searched for in it, is of one run alone.
  return <Parts key={job.metadata.uid} job={job} />;
}

function Parts({ job }: { job: Job }) {
  const { name, namespace = '' } = job.metadata;
  return (
    <>
      <div className="row between">
        <div className="row">
          <h1>{job.spec.type} of <Link to="/services/$namespace/$name" params={{ namespace, name: job.spec.service }}>{job.spec.service}</Link></h1>
          <Badge tone={jobTone(job)}>{job.status?.phase ?? 'Pending'}</Badge>
          <span className="quiet">Generation {job.spec.generation}, {job.spec.trigger}</span>
        </div>
        {isOver(job) ? <Again job={job} /> : <Cancel job={job} />}
      </div>
      <Problem job={job} />
      <Stages job={job} />
      <Review job={job} />
      {job.status?.plan && <Plan plan={job.status.plan} />}
      <LogView namespace={namespace} name={name} />
    </>
  );
}

/** The first error stays in sight however far one reads. */
function Problem({ job: { status, spec } }: { job: Job }) {
  if (spec.cancelReason && status?.phase === 'Cancelled') return <Notice tone="warn" title={`Cancelled: ${spec.cancelReason}`} />;
  if (!status?.error) return null;
  const { cause, summary, detail, hint } = status.error;
  return (
    <div className="pinned" tabIndex={0} role="region" aria-label="What went wrong">
      <Notice tone="bad" title={`${cause}: ${summary}`}>
        {detail && <p className="wrap">{detail}</p>}
        <p><strong>What to do:</strong> {hint}</p>
      </Notice>
    </div>
  );
}

/** Where what failed is read, it can be tried again; an earlier failure is past. */
function Again({ job }: { job: Job }) {
  const service = useOne('services', job.spec.service, job.metadata.namespace);
  if (!service || service.metadata.uid !== job.spec.serviceUid || job.status?.phase === 'Succeeded' || job.spec.generation !== service.metadata.generation) return null;
  return <Retry service={service} />;
}

function Cancel({ job }: { job: Job }) {
  const service = useOne('services', job.spec.service, job.metadata.namespace);
  if (job.spec.cancel) return <Button isDisabled>Cancelling …</Button>;
  if (!service || service.status?.activeJob !== job.metadata.name) return null;
  return <ActionDialog service={service} action="cancel" request={{ reason: 'asked for in the dashboard' }} label="Cancel" title="End this run?" yes="End it" kind="danger" />;
}
