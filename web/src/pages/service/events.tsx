import type { Event, Job, Service } from '@spawnit/contract';
import { useState } from 'react';
import { useNow } from '../../live/clock.js';
import { useAll } from '../../live/store.js';
import { EventRow } from '../../ui/event-row.js';
import { Empty, Loading } from '../../ui/parts.js';

const shown = 200;

/** What happened to it and to its runs, newest first. */
export function Events({ service }: { service: Service }) {
  const now = useNow();
  const [warnings, setWarnings] = useState(false);
  const all = useAll('events');
  const jobs = useAll('jobs');
  if (!all || !jobs) return <Loading what="the events" />;
  const events = all.filter(aboutIt(service, jobs)).sort((a, b) => (a.lastTimestamp < b.lastTimestamp ? 1 : -1));
  const found = events.filter(({ type }) => !warnings || type === 'Warning');
  return (
    <>
      <label className="row"><input type="checkbox" checked={warnings} onChange={(event) => setWarnings(event.target.checked)} /> Warnings only</label>
      {found.length === 0 ? <Empty title={events.length === 0 ? 'Nothing has happened to it yet' : 'No warnings'} /> : (
        <section className="card" aria-label="Events">
          {found.slice(0, shown).map((event) => <EventRow key={event.metadata.uid} event={event} now={now} />)}
          {found.length > shown && <p className="quiet">and {found.length - shown} older ones</p>}
        </section>
      )}
    </>
  );
}

function aboutIt({ metadata }: Service, jobs: readonly Job[]): (event: Event) => boolean {
  const uids = new Set([metadata.uid, ...jobs.filter(({ spec }) => spec.serviceUid === metadata.uid).map((job) => job.metadata.uid)]);
  return ({ involvedObject }) => involvedObject.uid !== undefined && uids.has(involvedObject.uid);
}
