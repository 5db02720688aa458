import type { ServiceAction } from '@spawnit/contract';
import { useId, useState } from 'react';
import { Button, FailureNotice, Loading, Notice } from '../ui/parts.js';
import { useAction } from '../ui/use-action.js';
import type { ActionProps } from './action-dialog.js';
import { act } from './act.js';
import { Changes } from './changes.js';
import { usePreview } from './use-preview.js';

type Props<A extends ServiceAction> = Omit<ActionProps<A>, 'label' | 'ariaLabel' | 'title' | 'isDisabled'> & { onClose: () => void };

/** What would come of it, and the word that does it. A failure stays to be read. */
export function Confirmation<A extends ServiceAction>({ service, action, request, yes, kind, reason: asks, wordFor, onClose }: Props<A>) {
  const [reason, setReason] = useState('');
  // What was looked at is what is done, whatever becomes of the service meanwhile.
  const [shown] = useState(request);
  const whole = asks === undefined ? shown : { ...shown, reason: reason.trim() };
  const { answer, failure } = usePreview(service, action, asks === undefined ? shown : { ...shown, reason: '…' });
  const { run, busy, error } = useAction(async () => {
    await act(service, action, whole as never);
    onClose();
  });
  const ready = answer !== undefined && (asks === undefined || reason.trim() !== '');
  return (
    <>
      {failure !== undefined ? <FailureNotice error={failure} title="This can’t be done as things are" /> : !answer && <Loading what="what would come of it" />}
      {answer && answer.changes.length > 0 && <Changes changes={answer.changes} wordFor={wordFor} />}
      {answer?.warnings.map((warning) => <Notice key={warning} tone="warn" title={sentence(warning)} />)}
      {answer && <p>{sentence(answer.next)}</p>}
      {asks !== undefined && <Reason label={asks} value={reason} onChange={setReason} />}
      {error !== undefined && <FailureNotice error={error} title="It was not done" />}
      <div className="row">
        <Button kind={kind === 'danger' ? 'danger' : 'primary'} isDisabled={!ready || busy} onPress={() => void run()}>{yes}</Button>
        <Button onPress={onClose} autoFocus={asks === undefined}>Leave it</Button>
      </div>
    </>
  );
}

function Reason({ label, value, onChange }: { label: string; value: string; onChange: (text: string) => void }) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <textarea id={id} value={value} maxLength={500} required onChange={(event) => onChange(event.target.value)} />
    </div>
  );
}

function sentence(text: string): string {
  return `${text[0]?.toUpperCase() ?? ''}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`;
}
