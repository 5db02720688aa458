import type { Service } from '@spawnit/contract';
import { Link } from '@tanstack/react-router';
import { Button as AriaButton, Dialog, DialogTrigger, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { ActionDialog } from '../../act/action-dialog.js';
import { call } from '../../api/call.js';
import { api } from '../../api/paths.js';
import { BreakIt } from '../../demo/break-it.js';
import { Button, FailureNotice } from '../../ui/parts.js';
import { useAction } from '../../ui/use-action.js';

const merge = 'application/merge-patch+json';

/** What can be done to a service now. */
export function Actions({ service }: { service: Service }) {
  const { namespace = '', name, generation } = service.metadata;
  const at = api.service(namespace, name);
  const { approval, activeJob, applied, drift } = service.status ?? {};
  const patch = (body: unknown) => call(at, { method: 'PATCH', contentType: merge, body });
  const { run, busy, error } = useAction((act: () => Promise<unknown>) => act());
  const waits = approval !== undefined && !approval.approved;
  return (
    <div className="stack">
      <div className="row">
        {waits && <Link className="button" data-kind="primary" to="/runs/$namespace/$name" params={{ namespace, name: approval.job }}>Review plan</Link>}
        {drift?.verdict === 'Drifted' && activeJob === undefined && <ActionDialog service={service} action="revert" request={{ generation }} label="Revert" title={`Make ${name} as declared?`} yes="Revert" kind="primary" />}
        {activeJob !== undefined && <ActionDialog service={service} action="cancel" request={{ reason: 'asked for in the dashboard' }} label="Cancel run" title="End the run under way?" yes="End it" />}
        {applied !== undefined && !service.spec.suspend && <ActionDialog service={service} action="restart" request={{ generation }} label="Restart" title={`Make anew what ${name} runs?`} yes="Restart" isDisabled={activeJob !== undefined} />}
        <Button isDisabled={busy} onPress={() => void run(() => patch({ spec: { suspend: !service.spec.suspend } }))}>{service.spec.suspend ? 'Resume' : 'Suspend'}</Button>
        <BreakIt service={service} />
        <Confirm name={name} busy={busy} onDelete={() => void run(() => call(at, { method: 'DELETE' }))} />
      </div>
      {error !== undefined && <FailureNotice error={error} title="That did not work" />}
    </div>
  );
}

function Confirm({ name, busy, onDelete }: { name: string; busy: boolean; onDelete: () => void }) {
  return (
    <DialogTrigger>
      <Button kind="danger" isDisabled={busy}>Delete</Button>
      <ModalOverlay className="overlay" isDismissable>
        <Modal className="modal">
          <Dialog role="alertdialog" className="stack">
            {({ close }) => (
              <>
                <Heading slot="title" level={2}>Delete {name}?</Heading>
                <p>Everything that was made for it is destroyed, with what its volumes hold.</p>
                <div className="row">
                  <AriaButton className="button" data-kind="danger" onPress={() => (onDelete(), close())}>Delete {name}</AriaButton>
                  <Button onPress={close} autoFocus>Keep it</Button>
                </div>
              </>
            )}
          </Dialog>
        </Modal>
      </ModalOverlay>
    </DialogTrigger>
  );
}
