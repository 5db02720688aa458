import type { Service, Template } from '@spawnit/contract';
import { Link, useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { call } from '../api/call.js';
import { asFailure } from '../api/failure.js';
import { api } from '../api/paths.js';
import { SchemaForm, type Values } from '../forms/fields.js';
import { NameField, NamespaceField } from '../forms/identity.js';
import { nameProblem, otherProblems, problemsOf } from '../forms/problems.js';
import type { FieldSchema } from '../forms/schema.js';
import { SourceChoices, suppliedBy, type Sources } from '../forms/sources.js';
import { Twins } from '../forms/twins.js';
import { useDryRun } from '../forms/use-dry-run.js';
import { Flaws, useFlaws } from '../forms/use-flaws.js';
import { useOne } from '../live/store.js';
import { createRoutePage } from '../routes.js';
import { Badge, Button, Empty, FailureNotice, Loading, Notice } from '../ui/parts.js';
import { useAction } from '../ui/use-action.js';

/** Fill in, with the server's word on it as one types, and the same request for the terminal. */
export function Create() {
  const { template: name } = createRoutePage.useParams();
  const template = useOne('templates', name);
  if (template === undefined) return <Loading what="the template" />;
  if (template === null) return <Empty page title={`There is no template ${name}`}><Link to="/catalogue">Open the catalogue</Link></Empty>;
  return <CreateForm key={template.metadata.uid} template={template} />;
}

function CreateForm({ template }: { template: Template }) {
  const schema = template.spec.parameters as FieldSchema;
  const { name, setName, namespace, setNamespace, values, setValues, sources, setSources, manual, setManual, supplied, service } = useDraft(template);
  const [showAll, setShowAll] = useState(0);
  const { flawed, tell } = useFlaws();
  const form = useRef<HTMLFormElement>(null);
  const navigate = useNavigate();
  const { failure, accepted, asking } = useDryRun(service);
  const text = JSON.stringify(service);
  const [sent, setSent] = useState<string>();
  const { run, busy, error } = useAction(async () => {
    setSent(text);
    const made = await call<Service>(api.services(namespace), { method: 'POST', body: service });
    await navigate({ to: '/services/$namespace/$name', params: { namespace, name: made.metadata.name } });
  });
  // What was refused then says nothing of what has been typed since.
  const known = asking && error !== undefined && sent === text ? asFailure(error) : failure;
  useEffect(() => {
    if (showAll > 0) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [showAll]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setShowAll(showAll + 1);
    if (name.trim() !== '' && !flawed && (asking || failure === undefined)) void run();
  };
  return (
    <>
      <div className="stack">
        <h1>New {template.spec.title}</h1>
        <p className="quiet">{template.spec.description}</p>
      </div>
      <div className="split">
        <form className="card" ref={form} onSubmit={submit} noValidate aria-label={`New ${template.spec.title}`}>
          <NameField value={name} onChange={setName} problem={nameProblem(known)} showAll={showAll > 0} />
          <NamespaceField value={namespace} onChange={setNamespace} />
          <SourceChoices schema={schema} namespace={namespace} sources={sources} onChange={setSources} />
          <Flaws value={tell}>
            <SchemaForm schema={schema} values={values} onChange={setValues} problems={problemsOf(known)} showAll={showAll > 0} supplied={supplied} />
          </Flaws>
          <label className="row">
            <input type="checkbox" checked={manual} onChange={(event) => setManual(event.target.checked)} /> Show me each plan and wait for my approval
          </label>
          {error !== undefined && otherProblems(asFailure(error)).length > 0 && <FailureNotice error={error} title="It was not created" />}
          <div className="row">
            <Button type="submit" kind="primary" isDisabled={busy}>Create</Button>
          </div>
        </form>
        <aside className="stack beside" aria-label="The same request in other words">
          <p role="status"><ServersWord accepted={accepted && !flawed} asking={asking} named={name !== ''} /></p>
          {otherProblems(known).map((problem) => <Notice key={problem} tone="warn" title={problem} />)}
          <Twins service={service} schema={schema} />
        </aside>
      </div>
    </>
  );
}

/** What has been filled in so far, and the service that it makes. */
function useDraft(template: Template) {
  const [name, setName] = useState('');
  const [namespace, setNamespace] = useState('default');
  const [values, setValues] = useState<Values>({});
  const [sources, setSources] = useState<Sources>([]);
  const [manual, setManual] = useState(false);
  const supplied = suppliedBy(sources);
  const typed = Object.fromEntries(Object.entries(values).filter(([parameter]) => !supplied.has(parameter)));
  const service = serviceOf(template, { name: name.trim(), namespace }, { parameters: typed, ...(sources.length > 0 && { parametersFrom: sources }), ...(manual && { approval: 'Manual' }) });
  return { name, setName, namespace, setNamespace, values, setValues, sources, setSources, manual, setManual, supplied, service };
}

function ServersWord({ accepted, asking, named }: { accepted: boolean; asking: boolean; named: boolean }) {
  if (asking) return <span className="quiet">Asking the server …</span>;
  if (accepted) return <Badge tone="good">The server would take it</Badge>;
  return named ? <Badge tone="warn">Not yet: see what is marked</Badge> : <span className="quiet">Give it a name first.</span>;
}

function serviceOf({ metadata }: Template, identity: { name: string; namespace: string }, spec: object): Service {
  return { apiVersion: 'spawnit.dev/v1', kind: 'Service', metadata: identity, spec: { template: metadata.name, ...spec } } as Service;
}
