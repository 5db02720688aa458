import type { Service } from '@spawnit/contract';
import { useState } from 'react';
import { causesBelow, useReplaceDryRun } from '../../edit/replace.js';
import { Review } from '../../edit/review.js';
import { SchemaForm, type Values } from '../../forms/fields.js';
import type { FieldSchema } from '../../forms/schema.js';
import { Flaws, useFlaws } from '../../forms/use-flaws.js';
import { suppliedBy } from '../../forms/sources.js';
import { useOne } from '../../live/store.js';
import { DeleteService } from './delete-service.js';
import { settingsSchema } from './settings-schema.js';

/** Everything that people may declare of it, with the server's word on each change as one types. */
export function Settings({ service }: { service: Service }) {
  const [opened, setOpened] = useState(service);
  const [draft, setDraft] = useState<Service>();
  const template = useOne('templates', service.spec.template);
  const verdict = useReplaceDryRun(draft, service.metadata.generation);
  const { flawed, tell } = useFlaws();
  const now = draft ?? opened;
  const set = (spec: Partial<Service['spec']>, labels = now.metadata.labels) => setDraft({ ...now, metadata: { ...now.metadata, labels, resourceVersion: undefined }, spec: { ...now.spec, ...spec } });
  const begin = (from: Service) => {
    setOpened(from);
    setDraft(undefined);
  };
  const { parameters, parametersFrom, template: _template, ...settings } = now.spec;
  const problems = new Map([...causesBelow(verdict.failure, 'spec.'), ...[...causesBelow(verdict.failure, 'metadata.labels')].map(([, message]) => ['labels', message] as const)]);
  return (
    <div className="split">
      <div className="stack">
        <form className="card" onSubmit={(event) => event.preventDefault()} noValidate aria-label="Settings">
          {/* What lists and maps were typed as is kept in the fields: another beginning is another form. */}
          <div key={opened.metadata.resourceVersion} className="stack">
            <Flaws value={tell}>
              {template && (
                <>
                  <h2>{template.spec.title}</h2>
                  <SchemaForm schema={template.spec.parameters as FieldSchema} values={parameters} original={opened.spec.parameters} onChange={(values) => set({ parameters: values })} problems={causesBelow(verdict.failure, 'spec.parameters.')} supplied={suppliedBy(parametersFrom)} />
                </>
              )}
              <h2>Service</h2>
              <SchemaForm
                schema={settingsSchema}
                values={{ ...settings, labels: now.metadata.labels ?? {} } as Values}
                original={{ ...opened.spec, labels: opened.metadata.labels ?? {} }}
                onChange={({ labels, ...spec }) => set(spec as Partial<Service['spec']>, (labels ?? {}) as Record<string, string>)}
                problems={problems}
              />
            </Flaws>
          </div>
        </form>
        <section className="card" aria-labelledby="delete">
          <h2 id="delete">Delete</h2>
          <p>Everything that was made for it is destroyed, with what its volumes hold.</p>
          <div><DeleteService service={service} label="Delete this service …" /></div>
        </section>
      </div>
      <Review opened={opened} live={service} draft={draft} verdict={verdict} flawed={flawed} onSaved={begin} onReset={() => begin(service)} />
    </div>
  );
}
