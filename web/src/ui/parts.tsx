import type { ReactNode } from 'react';
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components';
import { asFailure, fixFor } from '../api/failure.js';
import type { Tone } from './tone.js';

const glyphs: Record<Tone, string> = { good: '●', warn: '▲', bad: '✕', wait: '◌' };

/** A state in a glyph and a word; colour says nothing by itself. */
export function Badge({ tone, children }: { tone: Tone; children: ReactNode }) {
  return (
    <span className="badge" data-tone={tone}>
      <span className="glyph" aria-hidden="true">{glyphs[tone]}</span>
      <span>{children}</span>
    </span>
  );
}

export function Button({ kind = 'plain', ...props }: AriaButtonProps & { kind?: 'plain' | 'primary' | 'danger' }) {
  return <AriaButton {...props} className="button" data-kind={kind} />;
}

export function Notice({ tone = 'wait', title, children }: { tone?: Tone; title: string; children?: ReactNode }) {
  return (
    <div className="notice" data-tone={tone} role={tone === 'bad' ? 'alert' : 'status'}>
      <strong>{title}</strong>
      {children}
    </div>
  );
}

/** What went wrong, what helps, and what finds it in the server's log. */
export function FailureNotice({ error, title }: { error: unknown; title: string }) {
  const failure = asFailure(error);
  const { message, details } = failure;
  const causes = (details.causes ?? []).filter((cause) => !message.includes(cause.message));
  const fix = fixFor(failure);
  return (
    <Notice tone="bad" title={title}>
      <p className="wrap">{message}</p>
      {causes.map(({ field, message: why }) => <p key={`${field} ${why}`} className="wrap">{field && <span className="mono">{field}: </span>}{why}</p>)}
      {fix && <p><strong>What to do:</strong> {fix}</p>}
      {details.requestId && <p className="quiet mono">Request {details.requestId}</p>}
    </Notice>
  );
}

/** Nothing is here, and what to do about it; `page` when that is all the page says. */
export function Empty({ title, children, page = false }: { title: string; children?: ReactNode; page?: boolean }) {
  return (
    <div className="card">
      {page ? <h1>{title}</h1> : <h2>{title}</h2>}
      {children}
    </div>
  );
}

/** The shape of what is to come, and what that is. */
export function Loading({ what }: { what: string }) {
  return (
    <div className="skeleton" role="status">
      <span className="quiet">Loading {what} …</span>
      {[1, 2, 3].map((bar) => <span key={bar} className="bar" aria-hidden="true" />)}
    </div>
  );
}
