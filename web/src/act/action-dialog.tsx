import type { ActionRequest, Service, ServiceAction } from '@spawnit/contract';
import { DialogTrigger, Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { Button } from '../ui/parts.js';
import { Confirmation } from './confirmation.js';

export interface ActionProps<A extends ServiceAction> {
  service: Service;
  action: A;
  request: ActionRequest<A>;
  label: string;
  ariaLabel?: string;
  title: string;
  yes: string;
  kind?: 'plain' | 'primary' | 'danger';
  isDisabled?: boolean;
  /** Asked for before it is done, and sent as `reason`. */
  reason?: string;
  /** In words of the form, for what the answer calls by its path. */
  wordFor?: (field: string) => string;
}

/** A button that shows what would come of an action, in the server's words, before it is done. */
export function ActionDialog<A extends ServiceAction>({ label, ariaLabel, kind = 'plain', isDisabled, ...props }: ActionProps<A>) {
  return (
    <DialogTrigger>
      <Button kind={kind} isDisabled={isDisabled} aria-label={ariaLabel}>{label}</Button>
      <ModalOverlay className="overlay" isDismissable>
        <Modal className="modal wide">
          <Dialog role="alertdialog" className="stack">
            {({ close }) => (
              <>
                <Heading slot="title" level={2}>{props.title}</Heading>
                <Confirmation {...props} kind={kind} onClose={close} />
              </>
            )}
          </Dialog>
        </Modal>
      </ModalOverlay>
    </DialogTrigger>
  );
}
