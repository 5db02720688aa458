import type { Service, Template } from '@spawnit/contract';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { stringify } from 'yaml';
import { call } from '../api/call.js';
import { api } from '../api/paths.js';
import { SchemaForm, type Values } from '../forms/fields.js';
import type { FieldSchema } from '../forms/schema.js';
import { otherProblems, problemsOf, useDryRun } from '../forms/use-dry-run.js';
import { useOne } from '../live/store.js';
import { createRoutePage } from '../routes.js';
import { Badge, Button, Empty, FailureNotice, Loading, Notice } from '../ui/parts.js';
import { useAction } from '../ui/use-action.js';

/** Fill in, with the server's word on it as one types, and the same request for the terminal. */
export function Create() {
  const { template: name } = createRoutePage.useParams();
  const template = useOne('templates', name);
  if (template === undefined) return <Loading what="the template" />;
  if (template === null) return <Empty title={`There is no template ${name}`}><Link to="/catalogue">Open the catalogue</Link></Empty>;
  return <CreateForm key={template.metadata.uid} template={template} />;
}

function CreateForm({ template }: { template: Template }) {
  const [name, setName] = useState('');
  const [values, setValues] = useState<Values>({});
  const [manual, setManual] = useState(false);
  const navigate = useNavigate();
  const service = serviceOf(template, name.trim(), values, manual);
  const { failure, accepted } = useDryRun(service);
  const { run, busy, error } = useAction(async () => {
    const made = await call<Service>(api.services('default'), { method: 'POST', body: service });
    await navigate({ to: '/services/$namespace/$name', params: { namespace: 'default', name: made.metadata.name } });
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void run();
  };
  return (
    <>
      <div className="stack">
        <h1>New {template.spec.title.toLowerCase()}</h1>
        <p className="quiet">{template.spec.description}</p>
      </div>
      <div className="split">
        <form className="card" onSubmit={submit} noValidate>
          <div className="field">
            <label htmlFor="name">Name</label>
            <input id="name" value={name} required autoComplete="off" spellCheck={false} onChange={(event) => setName(event.target.value)} aria-describedby="name-help" />
            <span id="name-help" className="quiet">Small letters, digits and hyphens; other services find it by this name.</span>
          </div>
          <SchemaForm schema={template.spec.parameters as FieldSchema} values={values} onChange={setValues} problems={problemsOf(failure)} />
          <label className="row">
            <input type="checkbox" checked={manual} onChange={(event) => setManual(event.target.checked)} /> Show me each plan and wait for my approval
          </label>
          {error !== undefined && <FailureNotice error={error} title="It was not created" />}
          <div className="row">
            <Button type="submit" kind="primary" isDisabled={busy || !accepted}>Create</Button>
            {accepted ? <Badge tone="good">The server would take it</Badge> : name === '' ? <span className="quiet">Give it a name first.</span> : null}
          </div>
        </form>
        <aside className="stack" aria-label="The same request in other words">
          {otherProblems(failure).map((problem) => <Notice key={problem} tone="warn" title={problem} />)}
          <Twins service={service} />
        </aside>
      </div>
    </>
  );
}

function serviceOf({ metadata }: Template, name: string, parameters: Values, manual: boolean): Service {
  const spec = { template: metadata.name, parameters, ...(manual && { approval: 'Manual' }) };
  return { apiVersion: 'spawnit.dev/v1', kind: 'Service', metadata: { name, namespace: 'default' }, spec } as Service;
}

function Twins({ service }: { service: Service }) {
  const yaml = stringify(service);
  const curl = `curl -X POST ${window.location.origin}${api.services('default')} \\\n  -H "Authorization: Bearer $SPAWNIT_TOKEN" -H 'Content-Type: application/yaml' \\\n  --data-binary @${service.metadata.name || 'service'}.yaml`;
  return (
    <>
      <h2>As YAML</h2>
      <pre className="code" tabIndex={0}>{yaml}</pre>
      <h2>With spawnctl</h2>
      <pre className="code" tabIndex={0}>{`spawnctl apply -f ${service.metadata.name || 'service'}.yaml`}</pre>
      <h2>With curl</h2>
      <pre className="code" tabIndex={0}>{curl.replace('application/yaml', 'application/json').replace('.yaml', '.json')}</pre>
    </>
  );
}
