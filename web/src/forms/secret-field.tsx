import { useState, type ReactNode } from 'react';
import { Button } from '../ui/parts.js';
import { isSealed } from './schema.js';

interface Props {
  label: string;
  value: unknown;
  onChange: (value: unknown) => void;
  /** What a new value is typed into. */
  children: ReactNode;
}

/** A secret is set or replaced; the one that is set is never shown. */
export function SecretField({ label, value, onChange, children }: Props) {
  const [kept] = useState(() => (isSealed(value) ? value : undefined));
  if (kept === undefined) return children;
  if (isSealed(value)) {
    return (
      <div className="row">
        <span>Set; it is not shown.</span>
        <Button onPress={() => onChange(undefined)} aria-label={`Replace ${label}`}>Replace</Button>
      </div>
    );
  }
  return (
    <div className="stack">
      {children}
      <div><Button onPress={() => onChange(kept)} aria-label={`Keep the ${label} that is set`}>Keep the one that is set</Button></div>
    </div>
  );
}
