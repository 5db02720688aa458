import type { DriftedField, existsField, Service } from '@spawnit/contract';
import { ActionDialog } from '../../act/action-dialog.js';
import { labelAt, labelInService } from '../../forms/label-at.js';
import { labelOf, type FieldSchema } from '../../forms/schema.js';
import { ageText, useNow } from '../../live/clock.js';

const itself: typeof existsField = '(exists)';

interface Props {
  service: Service;
  field: DriftedField;
  since: string;
  schema: FieldSchema | undefined;
  busy: boolean;
}

/** One field: what was declared, what is, and the three answers to that. */
export function DriftedRow({ service, field: { resource, field, desired, live, ignored, parameter }, since, schema, busy }: Props) {
  const now = useNow();
  const word = wordFor(field, parameter, schema);
  const { generation } = service.metadata;
  const request = { generation, fields: [{ resource, field, live }] };
  const common = { service, isDisabled: busy, wordFor: (path: string) => labelInService(schema, path) };
  return (
    <tr>
      <th scope="row">{word} <span className="quiet mono wrap">{resource}.{field}</span>{ignored && <span className="quiet"> (ignored)</span>}</th>
      <td className="mono wrap">{desired}</td>
      <td className="mono wrap">{live}</td>
      <td>{ageText(now - Date.parse(since))}</td>
      <td>
        {!ignored && (
          <div className="row">
            {parameter !== undefined && <ActionDialog {...common} action="drift/accept" request={request} label="Accept" ariaLabel={`Accept ${word}`} title={`Declare ${word} as it is?`} yes="Accept" />}
            <ActionDialog {...common} action="revert" request={{ generation }} label="Revert" ariaLabel={`Revert ${word}`} title={`Make ${word} as declared?`} yes="Revert" />
            <ActionDialog {...common} action="drift/ignore" request={request} label="Ignore" ariaLabel={`Ignore ${word}`} title={`Call ${word} no drift?`} yes="Ignore" />
            {parameter === undefined && field !== itself && <span className="quiet">No parameter sets it, so it can’t be accepted.</span>}
          </div>
        )}
      </td>
    </tr>
  );
}

function wordFor(field: string, parameter: string | undefined, schema: FieldSchema | undefined): string {
  if (parameter !== undefined) return labelAt(schema, parameter);
  if (field === itself) return 'The object itself';
  const of = schema?.properties?.[field];
  return of ? labelOf(field, of) : field;
}
