import type { Job } from '@spawnit/contract';
import { ActionDialog } from '../../act/action-dialog.js';
import { useOne } from '../../live/store.js';
import { Notice } from '../../ui/parts.js';

/** What people say to a plan that waits for them. */
export function Review({ job }: { job: Job }) {
  const service = useOne('services', job.spec.service, job.metadata.namespace);
  const approval = service?.status?.approval;
  if (!service || approval?.job !== job.metadata.name || approval.approved) return null;
  const { name } = job.metadata;
  return (
    <Notice tone="warn" title={approval.rejected === undefined ? 'This plan waits for approval' : `Rejected by ${approval.by ?? 'somebody'}: ${approval.rejected}`}>
      <div className="row">
        <ActionDialog service={service} action="approve" request={{ job: name }} label={approval.rejected === undefined ? 'Approve' : 'Approve after all'} title="Have this plan applied?" yes="Approve" kind="primary" />
        {approval.rejected === undefined && <ActionDialog service={service} action="reject" request={{ job: name, reason: '' }} label="Reject" title="Have this plan not applied?" yes="Reject" kind="danger" reason="Why" />}
      </div>
    </Notice>
  );
}
