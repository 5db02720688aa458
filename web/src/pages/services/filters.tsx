import type { Service } from '@spawnit/contract';
import { useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { servicesRoute } from '../../routes.js';
import type { ServiceSearch } from './filter.js';
import { servicePhasesShown } from './phases.js';

export function Filters({ services }: { services: readonly Service[] }) {
  const search = servicesRoute.useSearch();
  const navigate = useNavigate({ from: '/services' });
  const set = (change: Partial<ServiceSearch>) => void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  const templates = useMemo(() => distinct(services.map(({ spec }) => spec.template)), [services]);
  const nodes = useMemo(() => distinct(services.flatMap(({ status }) => status?.node ?? [])), [services]);
  return (
    <search className="row">
      <div className="field">
        <label htmlFor="filter">Filter</label>
        <input id="filter" type="search" data-filter value={search.q ?? ''} placeholder="name, label, address …" onChange={(event) => set({ q: event.target.value || undefined })} />
      </div>
      <Choice name="Phase" value={search.phase} options={servicePhasesShown} onChange={(phase) => set({ phase })} />
      <Choice name="Template" value={search.template} options={templates} onChange={(template) => set({ template })} />
      <Choice name="Node" value={search.node} options={nodes} onChange={(node) => set({ node })} />
    </search>
  );
}

function Choice({ name, value, options, onChange }: { name: string; value?: string; options: readonly string[]; onChange: (value?: string) => void }) {
  const id = `filter-${name.toLowerCase()}`;
  return (
    <div className="field">
      <label htmlFor={id}>{name}</label>
      <select id={id} value={value ?? ''} onChange={(event) => onChange(event.target.value || undefined)}>
        <option value="">any</option>
        {(value === undefined || options.includes(value) ? options : [value, ...options]).map((each) => <option key={each} value={each}>{each}</option>)}
      </select>
    </div>
  );
}

function distinct(words: string[]): string[] {
  return [...new Set(words)].sort();
}
