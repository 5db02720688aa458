import type { Job } from '@spawnit/contract';
import { Link } from '@tanstack/react-router';
import { ActionDialog } from '../../act/action-dialog.js';
import { useJobsOf } from '../../live/jobs.js';
import { useOne } from '../../live/store.js';
import { Notice } from '../../ui/parts.js';

/** A plan that was approved leads on to the run that applies it. */
function Applied({ apply: { metadata, status } }: { apply: Job }) {
  return (
    <Notice tone="good" title="This plan was approved">
      <p><Link to="/runs/$namespace/$name" params={{ namespace: metadata.namespace ?? '', name: metadata.name }}>{status?.completionTime ? 'See how it was applied' : 'Watch it being applied'}</Link></p>
    </Notice>
  );
}

/** The newest run that applies just this plan. */
function useApplyOf({ spec, status }: Job): Job | undefined {
  const jobs = useJobsOf(spec.serviceUid);
  if (spec.type !== 'Plan' || status?.plan === undefined) return undefined;
  return jobs?.find((job) => job.spec.generation === spec.generation && job.spec.approvedPlan === status.plan?.digest);
}

/** What people say to a plan that waits for them. */
export function Review({ job }: { job: Job }) {
  const service = useOne('services', job.spec.service, job.metadata.namespace);
  const approval = service?.status?.approval;
  const applying = useApplyOf(job);
  if (applying) return <Applied apply={applying} />;
  if (!service || approval?.job !== job.metadata.name) return null;
  const { name } = job.metadata;
  if (approval.approved) return <Notice tone="good" title={`Approved by ${approval.by ?? 'somebody'}: it is applied next`} />;
  return (
    <Notice tone="warn" title={approval.rejected === undefined ? 'This plan waits for approval' : `Rejected by ${approval.by ?? 'somebody'}: ${approval.rejected}`}>
      <div className="row">
        <ActionDialog service={service} action="approve" request={{ job: name }} label={approval.rejected === undefined ? 'Approve' : 'Approve after all'} title="Have this plan applied?" yes="Approve" kind="primary" />
        {approval.rejected === undefined && <ActionDialog service={service} action="reject" request={{ job: name, reason: '' }} label="Reject" title="Have this plan not applied?" yes="Reject" kind="danger" reason="Why" />}
      </div>
    </Notice>
  );
}
