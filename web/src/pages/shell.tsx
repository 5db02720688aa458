import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { connection, useConnection } from '../live/connection.js';
import { LiveDot, StaleBanner } from '../live/live-dot.js';
import { follow } from '../live/stream.js';
import { live } from '../live/store.js';
import { pages } from '../palette/pages.js';
import { Keys } from '../palette/keys.js';
import { onChangeElsewhere } from '../session/page-half.js';
import { signOut } from '../session/sign-in.js';
import { useSession, whoIsIn } from '../session/use-session.js';
import { Button } from '../ui/parts.js';
import { ThemeChoice } from '../ui/theme-choice.js';
import { SignIn, SignInAgain } from './sign-in.js';
import { titleOf } from './title.js';
import icon from '../icon.svg';

let linkFailure: unknown;

/** How the link that this page was opened by failed, for the sign-in to tell. */
export function noteLinkFailure(failure: unknown): void {
  linkFailure = failure;
}

/** Navigation and what is live around every page; the sign-in when nobody is known, over the page if it was in use before. */
export function Shell() {
  const { state } = useConnection();
  const signedOut = state === 'signed out';
  const [inUse, setInUse] = useState(false);
  if (state === 'live' && !inUse) setInUse(true);
  const path = useRouterState({ select: ({ location }) => location.pathname });
  useEffect(() => void (document.title = signedOut ? 'Sign in · SpawnIt' : titleOf(path)), [path, signedOut]);
  useEffect(() => {
    if (signedOut) return;
    const ending = new AbortController();
    void follow(ending.signal);
    return () => ending.abort();
  }, [signedOut]);
  const me = useSession();
  // What somebody has typed is nobody else's.
  const goOn = (name: string) => (inUse && me?.name !== name ? window.location.reload() : connection.signedIn());
  // Who signs out in one page of a browser has left all of them, and nothing of what was shown stays behind.
  useEffect(() => onChangeElsewhere((signedIn) => (signedIn ? signedOut && void whoIsIn().then(goOn, () => undefined) : window.location.reload())));
  if (signedOut && !inUse) return <SignIn linkFailure={linkFailure} onDone={goOn} />;
  return (
    <div className="shell">
      {signedOut && <SignInAgain onDone={goOn} />}
      <a className="skip" href="#main">Skip to content</a>
      <header className="side">
        <Link to="/" className="brand"><img src={icon} alt="" width="24" height="24" />SpawnIt</Link>
        <nav aria-label="Pages">
          {pages.map(({ to, label }) => <Link key={to} to={to} activeOptions={{ exact: to === '/', includeSearch: false }}>{label}</Link>)}
        </nav>
        <div className="foot">
          <LiveDot />
          <Keys />
          <ThemeChoice />
          <Button onPress={() => void leave()}>Sign out</Button>
        </div>
      </header>
      <main id="main" tabIndex={-1}>
        <StaleBanner />
        <Outlet />
      </main>
    </div>
  );
}

async function leave(): Promise<void> {
  await signOut();
  live.clear();
  window.location.reload();
}
