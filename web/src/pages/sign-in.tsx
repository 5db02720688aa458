import { useState, type FormEvent } from 'react';
import { signIn } from '../session/sign-in.js';
import { Button, FailureNotice } from '../ui/parts.js';
import { useAction } from '../ui/use-action.js';

/** The token is sent once; what is kept are its halves, one of them in a cookie that scripts can't read. */
export function SignIn({ onDone, linkFailure }: { onDone: () => void; linkFailure?: unknown }) {
  const [token, setToken] = useState('');
  const { run, busy, error } = useAction(async () => {
    await signIn({ token });
    onDone();
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void run();
  };
  return (
    <main className="sign-in">
      <form className="card" onSubmit={submit}>
        <h1>Sign in to SpawnIt</h1>
        <div className="field">
          <label htmlFor="token">Token</label>
          <input id="token" type="password" autoComplete="current-password" required value={token} onChange={(event) => setToken(event.target.value)} aria-describedby="token-help" />
          <span id="token-help" className="quiet">On the server’s machine it is in <code>tokens/admin</code> of the data folder; <code>npm start</code> prints where.</span>
        </div>
        {linkFailure !== undefined && error === undefined && <FailureNotice error={linkFailure} title="The link does not sign you in" />}
        {error !== undefined && <FailureNotice error={error} title="That did not work" />}
        <Button type="submit" kind="primary" isDisabled={busy || token === ''}>Sign in</Button>
      </form>
    </main>
  );
}
