import { describeIdentity, serviceKind, type Resource, type Service, type ServiceStatus } from '@spawnit/contract';
import { planStatus } from '../resources/write.js';
import { refusal, type Asked, type Decide, type Outcome } from './action.js';

type Approval = NonNullable<ServiceStatus['approval']>;

/** Only this very plan is applied; one that was rejected may be approved after all. */
export const approve: Decide<'approve'> = (asked) => {
  const approval = waiting(asked, 'approved');
  const { rejected: _rejected, ...rest } = approval;
  const outcome = decided(asked, { ...rest, approved: true });
  return { ...outcome, next: 'just that plan is applied', event: { reason: 'PlanApproved', message: `${describeIdentity(asked.scope.identity)} approved plan ${approval.job}.` } };
};

/** Nothing is applied, and nothing planned anew, until the service is changed. */
export const reject: Decide<'reject'> = (asked) => {
  const approval = waiting(asked, 'rejected');
  const { reason } = asked.body;
  const outcome = decided(asked, { ...approval, rejected: reason });
  return { ...outcome, next: 'what runs goes on as it is; change the service to have it planned anew', event: { reason: 'PlanRejected', message: `${describeIdentity(asked.scope.identity)} rejected plan ${approval.job}: ${reason}` } };
};

/** The plan that waits, if it is the one that was looked at. Throws Conflict. */
function waiting({ service, body }: Asked<'approve' | 'reject'>, what: string): Approval {
  const { approval } = service.status ?? {};
  if (!approval || approval.generation !== service.metadata.generation) throw refusal(service, what, 'no plan of it waits for approval');
  if (approval.approved) throw refusal(service, what, `plan ${approval.job} is approved already`);
  if (body.job !== undefined && body.job !== approval.job) throw refusal(service, what, `the plan that waits is another one by now (${approval.job}): look at that one`);
  return approval;
}

function decided({ view, scope, service }: Asked<'approve' | 'reject'>, approval: Approval): Pick<Outcome, 'ops' | 'service'> {
  const { ops, object } = planStatus(view, scope, serviceKind, { ...service, status: { ...service.status, approval } } as Resource);
  return { ops, service: object as Service };
}
