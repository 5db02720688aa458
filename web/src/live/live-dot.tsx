import { Badge, Notice } from '../ui/parts.js';
import { ageText, useNow } from './clock.js';
import { useConnection } from './connection.js';

/** A short break is no news: only after this time (ms) does it stand above the page. */
const worthTellingMs = 5_000;

/** Live, or how old what is shown is. The age is not read out each second: the change of state is. */
export function LiveDot() {
  const state = useConnection();
  return (
    <span className="row">
      <span role="status">{state.state === 'live' ? <Badge tone="good">Live</Badge> : state.state === 'lost' ? <Badge tone="warn">Reconnecting</Badge> : state.state === 'catching up' ? <Badge tone="wait">Catching up</Badge> : <Badge tone="wait">Connecting …</Badge>}</span>
      {(state.state === 'lost' || state.state === 'catching up') && <StaleFor since={state.since} />}
    </span>
  );
}

function StaleFor({ since }: { since: number }) {
  const now = useNow();
  return <span className="quiet">stale {ageText(now - since)}</span>;
}

/** What is shown stays, dated, while nothing new can be heard. */
export function StaleBanner() {
  const now = useNow();
  const state = useConnection();
  if (state.state !== 'lost' || now - state.since < worthTellingMs) return null;
  return (
    <Notice tone="warn" title={`The server can’t be reached: this is as of ${new Date(state.since).toLocaleTimeString()}`}>
      <p>What runs goes on running, and this page goes on by itself where it stopped.</p>
    </Notice>
  );
}
