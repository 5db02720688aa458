import type { Event } from '@spawnit/contract';
import { Link } from '@tanstack/react-router';
import { ageText } from '../live/clock.js';
import { inLocalTime } from './local-time.js';
import { Badge } from './parts.js';

export function EventRow({ event, now }: { event: Event; now: number }) {
  const { type, reason, message, lastTimestamp, count } = event;
  return (
    <div className="row">
      <time className="quiet mono" dateTime={lastTimestamp} title={new Date(lastTimestamp).toLocaleString()}>{ageText(now - Date.parse(lastTimestamp))} ago</time>
      <Badge tone={type === 'Warning' ? 'warn' : 'good'}>{reason}</Badge>
      <span className="wrap clamped" title={message}><About event={event} />{': '}{inLocalTime(message)}{count > 1 && <span className="quiet"> (×{count})</span>}</span>
    </div>
  );
}

/** A way to what it happened to. */
function About({ event: { involvedObject } }: { event: Event }) {
  const { kind, name, namespace = '' } = involvedObject;
  if (kind === 'Service') return <Link to="/services/$namespace/$name" params={{ namespace, name }}>{name}</Link>;
  if (kind === 'Job') return <Link to="/runs/$namespace/$name" params={{ namespace, name }}>{name}</Link>;
  if (kind === 'Node') return <Link to="/nodes" search={{ node: name }}>{name}</Link>;
  return <>{name}</>;
}
