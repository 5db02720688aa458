import type { Revision } from '@spawnit/contract';
import { useId, useState } from 'react';
import { stringify } from 'yaml';
import { TextDiff } from '../../../edit/text-diff.js';

/** What differs between any two revisions; at first between the last two. */
export function Compare({ revisions }: { revisions: readonly Revision[] }) {
  const [from, setFrom] = useState<string>();
  const [to, setTo] = useState<string>();
  const [newest, before] = revisions;
  const [left, right] = [from ?? before!.metadata.name, to ?? newest!.metadata.name];
  return (
    <section className="card" aria-labelledby="compare">
      <h2 id="compare">Compare</h2>
      <div className="row">
        <Choice label="From" value={left} revisions={revisions} onChange={setFrom} />
        <Choice label="To" value={right} revisions={revisions} onChange={setTo} />
      </div>
      <TextDiff before={textOf(revisions, left)} after={textOf(revisions, right)} label={`From ${left} to ${right}`} />
    </section>
  );
}

function textOf(revisions: readonly Revision[], name: string): string {
  const spec = revisions.find(({ metadata }) => metadata.name === name)?.spec;
  return spec ? stringify({ templateVersion: spec.templateVersion, module: spec.module, defaults: spec.defaults, spec: spec.serviceSpec }, masked) : '';
}

/** Two forms of a sealed value say nothing to anyone. */
function masked(_key: unknown, value: unknown): unknown {
  return typeof value === 'object' && value !== null && '$sealed' in value ? '(sensitive)' : value;
}

function Choice({ label, value, revisions, onChange }: { label: string; value: string; revisions: readonly Revision[]; onChange: (name: string) => void }) {
  const id = useId();
  return (
    <span className="field">
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onChange(event.target.value)}>
        {revisions.map(({ metadata }) => <option key={metadata.uid} value={metadata.name}>{metadata.name}</option>)}
      </select>
    </span>
  );
}
