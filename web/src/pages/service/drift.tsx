import type { CheckResult, Service } from '@spawnit/contract';
import { call } from '../../api/call.js';
import { api } from '../../api/paths.js';
import { ageText, useNow } from '../../live/clock.js';
import { useOne } from '../../live/store.js';
import { labelOf, type FieldSchema } from '../../forms/schema.js';
import { Badge, Button, Empty, FailureNotice } from '../../ui/parts.js';
import { useAction } from '../../ui/use-action.js';

/** What differs from what was declared, in the words of the form where the form has one. */
export function Drift({ service }: { service: Service }) {
  const now = useNow();
  const template = useOne('templates', service.spec.template);
  const { namespace = '', name } = service.metadata;
  const { run, busy, error } = useAction(() => call<CheckResult>(api.check(namespace, name), { method: 'POST', body: {} }));
  const { drift } = service.status ?? {};
  return (
    <section className="stack">
      <div className="row">
        <Button isDisabled={busy} onPress={() => void run()}>{busy ? 'Checking …' : 'Check now'}</Button>
        <span className="quiet">Checked every {service.spec.drift.intervalSeconds} s; policy {service.spec.drift.policy}.</span>
      </div>
      {error !== undefined && <FailureNotice error={error} title="It could not be checked" />}
      {drift?.verdict === 'Drifted' ? (
        <div className="scroll" tabIndex={0} role="region" aria-label="Drifted fields">
          <table>
            <thead><tr><th>Field</th><th>Declared</th><th>Live</th><th>Since</th></tr></thead>
            <tbody>
              {drift.fields.map(({ resource, field, desired, live, ignored }) => (
                <tr key={`${resource}.${field}`}>
                  <td>{wordFor(field, template?.spec.parameters as FieldSchema | undefined)} <span className="quiet mono">{resource}</span>{ignored && <span className="quiet"> (ignored)</span>}</td>
                  <td className="mono wrap">{desired}</td>
                  <td className="mono wrap">{live}</td>
                  <td>{ageText(now - Date.parse(drift.since))}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : drift?.verdict === 'Compliant' ? (
        <div className="card"><Badge tone="good">As declared for {ageText(now - Date.parse(drift.since))}</Badge></div>
      ) : (
        <Empty title="Not known yet"><p>It is checked once it is ready.</p></Empty>
      )}
    </section>
  );
}

function wordFor(field: string, schema: FieldSchema | undefined): string {
  const of = schema?.properties?.[field];
  return of ? labelOf(field, of) : field;
}
