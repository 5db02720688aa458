import type { CheckResult, DriftedField, Service } from '@spawnit/contract';
import { ActionDialog } from '../../act/action-dialog.js';
import { call } from '../../api/call.js';
import { api } from '../../api/paths.js';
import { labelInService } from '../../forms/label-at.js';
import type { FieldSchema } from '../../forms/schema.js';
import { ageText, useNow } from '../../live/clock.js';
import { useOne } from '../../live/store.js';
import { conditionOf } from '../../ui/conditions.js';
import { Badge, Button, Empty, FailureNotice, Notice } from '../../ui/parts.js';
import { useAction } from '../../ui/use-action.js';
import { DriftedRow } from './drifted-row.js';

/** What differs from what was declared, in the words of the form where the form has one, and what can be done about it. */
export function Drift({ service }: { service: Service }) {
  const now = useNow();
  const { namespace = '', name } = service.metadata;
  const { run, busy, error } = useAction(() => call<CheckResult>(api.check(namespace, name), { method: 'POST', body: {} }));
  const { drift } = service.status ?? {};
  return (
    <section className="stack">
      <div className="row">
        <Button isDisabled={busy} onPress={() => void run()}>{busy ? 'Checking …' : 'Check now'}</Button>
        <span className="quiet">{onDrift(service)}</span>
      </div>
      {error !== undefined && <FailureNotice error={error} title="It could not be checked" />}
      {drift?.verdict === 'Unknown' && <Notice tone="warn" title="Nothing can be told of it now"><p className="wrap">{conditionOf(service, 'Compliant')?.message}</p></Notice>}
      {drift?.verdict === 'Compliant' && <div className="card"><Badge tone="good">As declared for {ageText(now - Date.parse(drift.since))}</Badge></div>}
      {drift !== undefined && drift.fields.length > 0 && <Fields service={service} fields={drift.fields} since={drift.since} />}
      {drift === undefined && <Empty title="Not known yet"><p>It is checked once it is ready.</p></Empty>}
    </section>
  );
}

/** What the policy comes to. */
function onDrift({ spec: { suspend, drift } }: Service): string {
  if (suspend) return 'Suspended: not checked by itself.';
  const becomes = { Flag: 'shown, and left to you', Revert: 'reverted by itself', Ignore: 'shown, and the service stays Ready' }[drift.policy];
  return `Checked every ${drift.intervalSeconds} s; what differs is ${becomes} (policy ${drift.policy}).`;
}

function Fields({ service, fields, since }: { service: Service; fields: readonly DriftedField[]; since: string }) {
  const template = useOne('templates', service.spec.template);
  const schema = template?.spec.parameters as FieldSchema | undefined;
  const { generation, namespace } = service.metadata;
  const drifted = fields.filter(({ ignored }) => !ignored);
  const known = drifted.filter(({ parameter }) => parameter !== undefined);
  const { activeJob, drift, applied } = service.status ?? {};
  const busy = activeJob !== undefined || applied?.generation !== generation || (drift?.epoch ?? 0) < (applied?.epoch ?? 0);
  return (
    <>
      {known.length > 1 && (
        <div className="row">
          <ActionDialog
            service={service}
            action="drift/accept"
            request={{ generation, fields: known.map(({ resource, field, live }) => ({ resource, field, live })) }}
            label={`Accept ${known.length} fields`}
            title="Declare what is live?"
            yes="Accept"
            isDisabled={busy}
            wordFor={(path) => labelInService(schema, path)}
          />
        </div>
      )}
      {busy && drifted.length > 0 && <Notice title="It is being changed just now; what differs afterwards is seen at the next check." />}
      <div className="scroll" tabIndex={0} role="region" aria-label="Drifted fields">
        <table>
          <thead><tr><th>Field</th><th>Declared</th><th>Live</th><th>Since</th><th>What to do</th></tr></thead>
          <tbody>
            {fields.map((field) => <DriftedRow key={`${namespace}/${field.resource}.${field.field}`} service={service} field={field} since={field.since ?? since} schema={schema} busy={busy} />)}
          </tbody>
        </table>
      </div>
    </>
  );
}
