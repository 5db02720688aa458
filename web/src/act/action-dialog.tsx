import type { ActionRequest, Service, ServiceAction } from '@spawnit/contract';
import { Question, type QuestionProps } from '../ui/question.js';
import { Confirmation } from './confirmation.js';

export interface ActionProps<A extends ServiceAction> extends Omit<QuestionProps, 'children' | 'wide'> {
  service: Service;
  action: A;
  request: ActionRequest<A>;
  yes: string;
  /** Asked for before it is done, and sent as `reason`. */
  reason?: string;
  /** In words of the form, for what the answer calls by its path. */
  wordFor?: (field: string) => string;
}

/** A button that shows what would come of an action, in the server's words, before it is done. */
export function ActionDialog<A extends ServiceAction>({ label, ariaLabel, title, kind = 'plain', isDisabled, ...action }: ActionProps<A>) {
  return (
    <Question label={label} ariaLabel={ariaLabel} title={title} kind={kind} isDisabled={isDisabled} wide>
      {(close) => <Confirmation {...action} kind={kind} onClose={close} />}
    </Question>
  );
}
