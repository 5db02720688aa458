import type { ReactNode } from 'react';
import { Button } from './parts.js';
import { AsOpened, Question, type QuestionProps } from './question.js';

interface Props extends Omit<QuestionProps, 'children'> {
  yes: string;
  no: string;
  onYes: () => void;
  children?: ReactNode;
}

/** A question whose answer is known already: yes or no. */
export function Confirm({ yes, no, onYes, children, ...question }: Props) {
  return (
    <Question {...question}>
      {(close) => (
        <AsOpened
          what={
            <>
              {children}
              <div className="row">
                <Button kind={question.kind === 'danger' ? 'danger' : 'primary'} onPress={() => (onYes(), close())}>{yes}</Button>
                <Button onPress={close} autoFocus>{no}</Button>
              </div>
            </>
          }
        />
      )}
    </Question>
  );
}
