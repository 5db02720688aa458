import { useState, type FormEvent } from 'react';
import { Dialog, Modal, ModalOverlay } from 'react-aria-components';
import { signIn } from '../session/sign-in.js';
import { Button, FailureNotice } from '../ui/parts.js';
import { useAction } from '../ui/use-action.js';

interface Props {
  /** Told who has signed in. */
  onDone: (name: string) => void;
  linkFailure?: unknown;
}

/** The page of who is not known. */
export function SignIn(props: Props) {
  return <main className="sign-in"><SignInForm {...props} /></main>;
}

/** Over a page whose session has ended: nothing of it is seen, and all of it is kept, such as a form that is half filled in. */
export function SignInAgain({ onDone }: Props) {
  return (
    <ModalOverlay className="overlay opaque" isOpen isKeyboardDismissDisabled>
      <Modal>
        <Dialog className="sign-in" aria-label="Sign in to SpawnIt">
          <SignInForm onDone={onDone} again />
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

/** The token is sent once; what is kept are halves of a session, one of them in a cookie that scripts can't read. */
function SignInForm({ onDone, linkFailure, again = false }: Props & { again?: boolean }) {
  const [token, setToken] = useState('');
  const { run, busy, error } = useAction(async () => onDone(await signIn({ token })));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void run();
  };
  return (
    <form className="card" onSubmit={submit}>
      <h1>Sign in to SpawnIt</h1>
      {again && <p>Your session has ended. What you have typed is kept: you go on where you were.</p>}
      <div className="field">
        <label htmlFor="token">Token</label>
        <input id="token" type="password" autoComplete="current-password" required autoFocus={again} value={token} onChange={(event) => setToken(event.target.value)} aria-describedby="token-help" />
        <span id="token-help" className="quiet">On the server’s machine it is in <code>tokens/admin</code> of the data folder; <code>npm start</code> prints where.</span>
      </div>
      {linkFailure !== undefined && error === undefined && <FailureNotice error={linkFailure} title="The link does not sign you in" />}
      {error !== undefined && <FailureNotice error={error} title="That did not work" />}
      <Button type="submit" kind="primary" isDisabled={busy || token === ''}>Sign in</Button>
    </form>
  );
}
