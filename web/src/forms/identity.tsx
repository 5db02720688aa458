import { useState } from 'react';
import { useAll } from '../live/store.js';

interface NameProps {
  value: string;
  onChange: (value: string) => void;
  problem?: string;
  showAll: boolean;
}

export function NameField({ value, onChange, problem, showAll }: NameProps) {
  const [left, setLeft] = useState(false);
  const wrong = value.trim() === '' ? 'Name is required' : problem;
  const shown = showAll || (left && value !== '') ? wrong : undefined;
  return (
    <div className="field" data-invalid={shown === undefined ? undefined : true}>
      <label htmlFor="name">Name</label>
      <input id="name" value={value} aria-required autoComplete="off" spellCheck={false} aria-invalid={shown !== undefined} aria-describedby="name-help name-problem" onBlur={() => setLeft(true)} onChange={(event) => onChange(event.target.value)} />
      <span id="name-help" className="quiet">Small letters, digits and hyphens; other services find it by this name.</span>
      <span id="name-problem" className="problem" role={shown ? 'alert' : undefined}>{shown}</span>
    </div>
  );
}

/** Asked only where there is a choice. */
export function NamespaceField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const namespaces = useAll('namespaces') ?? [];
  if (namespaces.length < 2) return null;
  return (
    <div className="field">
      <label htmlFor="namespace">Namespace</label>
      <select id="namespace" value={value} onChange={(event) => onChange(event.target.value)}>
        {namespaces.map(({ metadata: { name } }) => <option key={name} value={name}>{name}</option>)}
      </select>
    </div>
  );
}
