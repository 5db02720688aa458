import { call } from '../../api/call.js';
import { api } from '../../api/paths.js';
import { KillNode } from '../../demo/kill-node.js';
import { Confirm } from '../../ui/confirm.js';
import { Button, FailureNotice } from '../../ui/parts.js';
import { useAction } from '../../ui/use-action.js';
import type { NodeFacts } from './node-facts.js';

/** Cordon: nothing new comes. Drain: what it has moves away, one after another. Uncordon ends both. */
export function NodeActions({ fact: { node, services } }: { fact: NodeFacts }) {
  const { name } = node.metadata;
  const { unschedulable, drain } = node.spec;
  const { run, busy, error } = useAction((spec: { unschedulable: boolean; drain: boolean }) => call(api.node(name), { method: 'PATCH', contentType: 'application/merge-patch+json', body: { spec } }));
  return (
    <div className="stack">
      <div className="row together">
        {unschedulable || drain ? (
          <Button isDisabled={busy} onPress={() => void run({ unschedulable: false, drain: false })} aria-label={`Uncordon ${name}`}>Uncordon</Button>
        ) : (
          <Button isDisabled={busy} onPress={() => void run({ unschedulable: true, drain: false })} aria-label={`Cordon ${name}`}>Cordon</Button>
        )}
        {!drain && (
          <Confirm label="Drain" ariaLabel={`Drain ${name}`} title={`Drain ${name}?`} yes={`Drain ${name}`} no="Leave it" isDisabled={busy} onYes={() => void run({ unschedulable: true, drain: true })}>
            <p>Nothing new is placed on it, and its {services.length} {services.length === 1 ? 'service moves' : 'services move'} to other nodes, one after another. What can’t move yet stays, and the node says why.</p>
          </Confirm>
        )}
        <KillNode node={node} />
      </div>
      {error !== undefined && <FailureNotice error={error} title="That did not work" />}
    </div>
  );
}
