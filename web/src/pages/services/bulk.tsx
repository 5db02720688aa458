import type { Service } from '@spawnit/contract';
import { useState } from 'react';
import { call } from '../../api/call.js';
import { api } from '../../api/paths.js';
import { canRetry } from '../../ui/conditions.js';
import { Confirm } from '../../ui/confirm.js';
import { Button, Notice } from '../../ui/parts.js';
import { runAll, type Outcome } from '../../ui/run-all.js';

/** What can be done to all that are picked. */
export function Bulk({ services, onDone }: { services: readonly Service[]; onDone: () => void }) {
  const [state, setState] = useState<{ busy: boolean; outcome?: Outcome; did?: string }>({ busy: false });
  const drifted = services.filter(({ status }) => status?.drift?.verdict === 'Drifted');
  const failed = services.filter(canRetry);
  const run = async (did: string, act: (at: string) => Promise<unknown>, of = services) => {
    setState({ busy: true });
    const outcome = await runAll(of, ({ metadata: { namespace = '', name } }) => act(api.service(namespace, name)));
    setState({ busy: false, outcome, did });
  };
  const suspend = (on: boolean) => run(on ? 'suspended' : 'resumed', (at) => call(at, { method: 'PATCH', contentType: 'application/merge-patch+json', body: { spec: { suspend: on } } }));
  const count = services.length === 1 ? services[0]!.metadata.name : `${services.length} services`;
  const { busy, outcome, did } = state;
  return (
    <section className="card" aria-label="Picked services">
      <div className="row">
        <strong>{count}</strong>
        <Button isDisabled={busy} onPress={() => void suspend(true)}>Suspend</Button>
        <Button isDisabled={busy} onPress={() => void suspend(false)}>Resume</Button>
        {failed.length > 0 && <Button isDisabled={busy} onPress={() => void run('tried again', (at) => call(`${at}/retry`, { method: 'POST', body: {} }), failed)}>Try {failed.length} failed again</Button>}
        {drifted.length > 0 && (
          <Confirm label={`Revert ${drifted.length} drifted`} title={`Revert ${drifted.length === 1 ? drifted[0]!.metadata.name : `${drifted.length} services`}?`} yes="Revert" no="Leave it" isDisabled={busy} onYes={() => void run('reverted', (at) => call(`${at}/revert`, { method: 'POST', body: {} }), drifted)}>
            <p>What differs is made again as declared: {drifted.slice(0, 8).map(({ metadata, status }) => `${metadata.name} (${fieldCount(status!.drift!.fields)})`).join(', ')}{drifted.length > 8 ? ` and ${drifted.length - 8} more` : ''}.</p>
          </Confirm>
        )}
        <Confirm kind="danger" label="Delete" title={`Delete ${count}?`} yes={`Delete ${count}`} no="Keep them" isDisabled={busy} onYes={() => void run('being deleted', (at) => call(at, { method: 'DELETE' }))}>
          <p>Everything that was made for {services.length === 1 ? 'it' : 'them'} is destroyed, with what {services.length === 1 ? 'its' : 'their'} volumes hold: {services.slice(0, 8).map(({ metadata }) => metadata.name).join(', ')}{services.length > 8 ? ` and ${services.length - 8} more` : ''}.</p>
        </Confirm>
        <Button onPress={onDone}>Pick none</Button>
        {busy && <span role="status" className="quiet">Working …</span>}
      </div>
      {outcome && <Result outcome={outcome} did={did!} />}
    </section>
  );
}

function fieldCount(fields: readonly { ignored?: boolean }[]): string {
  const count = fields.filter(({ ignored }) => !ignored).length;
  return count === 1 ? '1 field' : `${count} fields`;
}

function Result({ outcome: { done, refused }, did }: { outcome: Outcome; did: string }) {
  return (
    <Notice tone={refused.length > 0 ? 'bad' : 'good'} title={`${done} ${did}${refused.length > 0 ? `, ${refused.length} refused` : ''}`}>
      {refused.slice(0, 5).map(({ name, why }) => <p key={name} className="wrap">{name}: {why}</p>)}
    </Notice>
  );
}
