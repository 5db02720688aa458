import type { Service, ServiceSpec } from '@spawnit/contract';
import { useId } from 'react';
import { useAll } from '../live/store.js';
import type { FieldSchema } from './schema.js';

export type Sources = ServiceSpec['parametersFrom'];

interface Props {
  schema: FieldSchema;
  namespace: string;
  sources: Sources;
  onChange: (sources: Sources) => void;
}

/** Where a template's parameters usually come from another service, that one is chosen once for all of them. */
export function SourceChoices({ schema, namespace, sources, onChange }: Props) {
  const services = useAll('services') ?? [];
  const isOf = (template: string) => ({ parameter }: Sources[number]) => fromOf(schema, parameter)?.template === template;
  const choose = (template: string, service: string) => {
    const others = sources.filter((source) => !isOf(template)(source));
    onChange([...others, ...(service === '' ? [] : sourcesOf(schema, template, service))]);
  };
  return templatesOf(schema).map((template) => (
    <SourceChoice
      key={template}
      template={template}
      services={services.filter(({ metadata, spec }) => metadata.namespace === namespace && spec.template === template)}
      chosen={sources.find(isOf(template))?.service ?? ''}
      onChoose={(service) => choose(template, service)}
    />
  ));
}

function SourceChoice({ template, services, chosen, onChoose }: { template: string; services: readonly Service[]; chosen: string; onChoose: (service: string) => void }) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>Take settings from a {template} service</label>
      <select id={id} value={chosen} onChange={(event) => onChoose(event.target.value)} aria-describedby={`${id}-help`}>
        <option value="">none, they are typed in below</option>
        {services.map(({ metadata: { name, uid } }) => <option key={uid} value={name}>{name}</option>)}
      </select>
      <span id={`${id}-help`} className="quiet">{services.length === 0 ? `There is no ${template} service in this namespace yet.` : 'They follow that service when it changes.'}</span>
    </div>
  );
}

/** What is taken, in words, by parameter. */
export function suppliedBy(sources: Sources): Map<string, string> {
  return new Map(sources.map(({ parameter, service, output }) => [parameter, `From ${service}: ${output.replaceAll('_', ' ')}`]));
}

function templatesOf({ properties = {} }: FieldSchema): string[] {
  return [...new Set(Object.values(properties).flatMap(({ 'x-from': from }) => from?.template ?? []))];
}

function fromOf({ properties = {} }: FieldSchema, parameter: string) {
  return properties[parameter]?.['x-from'];
}

function sourcesOf({ properties = {} }: FieldSchema, template: string, service: string): Sources {
  return Object.entries(properties).flatMap(([parameter, { 'x-from': from }]) => (from?.template === template ? [{ parameter, service, output: from.output }] : []));
}
