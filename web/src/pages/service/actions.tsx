import type { Service } from '@spawnit/contract';
import { Link } from '@tanstack/react-router';
import { ActionDialog } from '../../act/action-dialog.js';
import { call } from '../../api/call.js';
import { api } from '../../api/paths.js';
import { BreakIt } from '../../demo/break-it.js';
import { Button, FailureNotice } from '../../ui/parts.js';
import { useAction } from '../../ui/use-action.js';
import { DeleteService } from './delete-service.js';
import { Retry } from './retry.js';

const merge = 'application/merge-patch+json';

/** What can be done to a service now. */
export function Actions({ service }: { service: Service }) {
  const { namespace = '', name, generation } = service.metadata;
  const at = api.service(namespace, name);
  const { approval, activeJob, applied, drift } = service.status ?? {};
  const patch = (body: unknown) => call(at, { method: 'PATCH', contentType: merge, body });
  const { run, busy, error } = useAction((doIt: () => Promise<unknown>) => doIt());
  const waits = approval !== undefined && !approval.approved;
  return (
    <div className="stack">
      <div className="row">
        {waits && <Link className="button" data-kind="primary" to="/runs/$namespace/$name" params={{ namespace, name: approval.job }}>Review plan</Link>}
        {drift?.verdict === 'Drifted' && activeJob === undefined && <ActionDialog service={service} action="revert" request={{ generation }} label="Revert" title={`Make ${name} as declared?`} yes="Revert" kind="primary" />}
        <Retry service={service} />
        {activeJob !== undefined && <ActionDialog service={service} action="cancel" request={{ reason: 'asked for in the dashboard' }} label="Cancel run" title="End the run under way?" yes="End it" />}
        {applied !== undefined && !service.spec.suspend && <ActionDialog service={service} action="restart" request={{ generation }} label="Restart" title={`Make anew what ${name} runs?`} yes="Restart" isDisabled={activeJob !== undefined} />}
        <Button isDisabled={busy} onPress={() => void run(() => patch({ spec: { suspend: !service.spec.suspend } }))}>{service.spec.suspend ? 'Resume' : 'Suspend'}</Button>
        <BreakIt service={service} />
        <DeleteService service={service} label="Delete" />
      </div>
      {error !== undefined && <FailureNotice error={error} title="That did not work" />}
    </div>
  );
}
