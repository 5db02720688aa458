import { useState, type ReactNode } from 'react';
import { Dialog, DialogTrigger, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { Button } from './parts.js';

export interface QuestionProps {
  label: string;
  ariaLabel?: string;
  title: string;
  kind?: 'plain' | 'primary' | 'danger';
  isDisabled?: boolean;
  /** For what has a table in it. */
  wide?: boolean;
  children: (close: () => void) => ReactNode;
}

/** A button that asks before it does what it says; Esc, or a press beside the question, leaves all as it is. */
export function Question({ label, ariaLabel, title, kind = 'plain', isDisabled, wide = false, children }: QuestionProps) {
  return (
    <DialogTrigger>
      <Button kind={kind} isDisabled={isDisabled} aria-label={ariaLabel}>{label}</Button>
      <ModalOverlay className="overlay" isDismissable>
        <Modal className={wide ? 'modal wide' : 'modal'}>
          <Dialog role="alertdialog" className="stack">
            {({ close }) => (
              <>
                <Heading slot="title" level={2}><AsOpened what={title} /></Heading>
                {children(close)}
              </>
            )}
          </Dialog>
        </Modal>
      </ModalOverlay>
    </DialogTrigger>
  );
}

/** What somebody reads and is about to answer stays as it was when it came up, whatever changes behind it. */
export function AsOpened({ what }: { what: ReactNode }) {
  const [kept] = useState(what);
  return kept;
}
