import { Link, Outlet } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { call } from '../api/call.js';
import { api } from '../api/paths.js';
import { ageText, useNow } from '../live/clock.js';
import { connection, useConnection } from '../live/connection.js';
import { follow } from '../live/stream.js';
import { live } from '../live/store.js';
import { Badge, Button } from '../ui/parts.js';
import { ThemeChoice } from '../ui/theme-choice.js';
import { SignIn } from './sign-in.js';
import icon from '../icon.svg';

const pages = [
  { to: '/', label: 'Overview' },
  { to: '/catalogue', label: 'Catalogue' },
  { to: '/services', label: 'Services' },
  { to: '/nodes', label: 'Nodes' },
  { to: '/templates', label: 'Templates' },
] as const;

/** Navigation and what is live around every page; the sign-in when nobody is known. */
export function Shell() {
  const [signIns, setSignIns] = useState(0);
  const { state } = useConnection();
  useEffect(() => {
    const ending = new AbortController();
    void follow(ending.signal);
    return () => ending.abort();
  }, [signIns]);
  if (state === 'signed out') {
    return (
      <SignIn
        onDone={() => {
          connection.set({ state: 'connecting' });
          setSignIns((count) => count + 1);
        }}
      />
    );
  }
  return (
    <div className="shell">
      <a className="skip" href="#main">Skip to content</a>
      <header className="side">
        <Link to="/" className="brand"><img src={icon} alt="" width="24" height="24" />SpawnIt</Link>
        <nav aria-label="Pages">
          {pages.map(({ to, label }) => <Link key={to} to={to} activeOptions={{ exact: to === '/', includeSearch: false }}>{label}</Link>)}
        </nav>
        <div className="foot">
          <LiveDot />
          <ThemeChoice />
          <Button onPress={() => void signOut()}>Sign out</Button>
        </div>
      </header>
      <main id="main" tabIndex={-1}>
        <Outlet />
      </main>
    </div>
  );
}

async function signOut(): Promise<void> {
  await call(api.session, { method: 'DELETE' });
  live.clear();
  connection.set({ state: 'signed out' });
  window.location.reload();
}

function LiveDot() {
  const now = useNow();
  const state = useConnection();
  return (
    <span role="status" aria-live="polite">
      {state.state === 'live' && <Badge tone="good">Live</Badge>}
      {state.state === 'connecting' && <Badge tone="wait">Connecting …</Badge>}
      {state.state === 'lost' && <Badge tone="warn">Reconnecting; stale for {ageText(now - state.since)}</Badge>}
    </span>
  );
}
