import type { Service, StateContent } from '@spawnit/contract';
import { useState } from 'react';
import { call } from '../../api/call.js';
import { api } from '../../api/paths.js';
import { useAll } from '../../live/store.js';
import { Button, FailureNotice, Loading, Notice } from '../../ui/parts.js';
import { Question } from '../../ui/question.js';
import { useAction } from '../../ui/use-action.js';
import { useFetched } from '../../ui/use-fetched.js';
import { useDeleteDryRun } from './use-delete-dry-run.js';

/** Deleting, with what would go, whether the server would do it, and the name typed once more. */
export function DeleteService({ service, label }: { service: Service; label: string }) {
  return (
    <Question label={label} kind="danger" title={`Delete ${service.metadata.name}?`} isDisabled={service.metadata.deletionTimestamp != null}>
      {(close) => <Ask service={service} close={close} />}
    </Question>
  );
}

function Ask({ service, close }: { service: Service; close: () => void }) {
  const { namespace = '', name } = service.metadata;
  const [typed, setTyped] = useState('');
  const at = api.service(namespace, name);
  const { data: state } = useFetched<StateContent>(api.state(namespace, name, 'current'));
  const { checked, refusal } = useDeleteDryRun(at);
  const dependants = (useAll('services') ?? []).filter(({ metadata, spec }) => metadata.namespace === namespace && (spec.dependsOn.includes(name) || spec.parametersFrom.some(({ service: from }) => from === name)));
  const { run, busy, error } = useAction(async () => {
    await call(at, { method: 'DELETE' });
    close();
  });
  return (
    <>
      <p>Everything that was made for it is destroyed, with what its volumes hold.</p>
      {!checked && refusal === undefined && <Loading what="what the server says to it" />}
      {refusal !== undefined && <FailureNotice error={refusal} title="The server would refuse this" />}
      {state && state.contents.length > 0 && (
        <>
          <p>This is destroyed:</p>
          <ul className="mono">{state.contents.map(({ address }) => <li key={address} className="wrap">{address}</li>)}</ul>
        </>
      )}
      {dependants.length > 0 && <Notice tone="warn" title={`${dependants.map(({ metadata }) => metadata.name).join(', ')} ${dependants.length === 1 ? 'needs' : 'need'} it`} />}
      <div className="field">
        <label htmlFor="typed">Type {name} to go on</label>
        <input id="typed" autoComplete="off" spellCheck={false} value={typed} onChange={(event) => setTyped(event.target.value)} />
      </div>
      {error !== undefined && <FailureNotice error={error} title="It was not deleted" />}
      <div className="row">
        <Button kind="danger" isDisabled={busy || typed !== name || !checked} onPress={() => void run()}>Delete {name}</Button>
        <Button onPress={close}>Keep it</Button>
      </div>
    </>
  );
}
