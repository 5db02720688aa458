import type { Revision, Service } from '@spawnit/contract';
import { ActionDialog } from '../../../act/action-dialog.js';
import { labelInService } from '../../../forms/label-at.js';
import type { FieldSchema } from '../../../forms/schema.js';
import { ageText, useNow } from '../../../live/clock.js';
import { useOne } from '../../../live/store.js';
import { Badge } from '../../../ui/parts.js';

/** Every generation that was run, newest first, each with a way back to it. */
export function Revisions({ service, revisions }: { service: Service; revisions: readonly Revision[] }) {
  const now = useNow();
  const template = useOne('templates', service.spec.template);
  const schema = template?.spec.parameters as FieldSchema | undefined;
  const { generation, name } = service.metadata;
  return (
    <section className="scroll" tabIndex={0} aria-label="Revisions">
      <table>
        <thead><tr><th>Revision</th><th>Made</th><th>By</th><th>Why</th><th>State</th><th>Way back</th></tr></thead>
        <tbody>
          {revisions.map(({ metadata, spec }) => (
            <tr key={metadata.uid}>
              <th scope="row" className="mono">{metadata.name}</th>
              <td><time dateTime={metadata.creationTimestamp ?? undefined}>{ageText(now - Date.parse(metadata.creationTimestamp ?? ''))} ago</time></td>
              <td>{spec.author ?? '–'}</td>
              <td className="wrap">{spec.message ?? '–'}</td>
              <td>
                {service.status?.applied?.revision === metadata.name ? <Badge tone="good">Applied</Badge> : spec.generation === generation ? <Badge tone="wait">Declared</Badge> : <span className="quiet">Earlier</span>}
              </td>
              <td>
                {spec.generation !== generation && <ActionDialog service={service} action="rollback" request={{ revision: metadata.name, generation }} label="Roll back" ariaLabel={`Roll back to ${metadata.name}`} title={`Roll ${name} back to ${metadata.name}?`} yes="Roll back" wordFor={(field) => labelInService(schema, field)} />}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
