import type { ReactNode } from 'react';
import { Dialog, DialogTrigger, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { Button } from './parts.js';

interface Props {
  label: string;
  ariaLabel?: string;
  title: string;
  yes: string;
  no: string;
  kind?: 'plain' | 'danger';
  isDisabled?: boolean;
  onYes: () => void;
  children?: ReactNode;
}

/** A button that asks once more before it does what it says. */
export function Confirm({ label, ariaLabel, title, yes, no, kind = 'plain', isDisabled, onYes, children }: Props) {
  return (
    <DialogTrigger>
      <Button kind={kind} isDisabled={isDisabled} aria-label={ariaLabel}>{label}</Button>
      <ModalOverlay className="overlay" isDismissable>
        <Modal className="modal">
          <Dialog role="alertdialog" className="stack">
            {({ close }) => (
              <>
                <Heading slot="title" level={2}>{title}</Heading>
                {children}
                <div className="row">
                  <Button kind={kind === 'danger' ? 'danger' : 'primary'} onPress={() => (onYes(), close())}>{yes}</Button>
                  <Button onPress={close} autoFocus>{no}</Button>
                </div>
              </>
            )}
          </Dialog>
        </Modal>
      </ModalOverlay>
    </DialogTrigger>
  );
}
