import type { ParameterSchema } from '@spawnit/contract';
import type { FieldSchema } from '../../forms/schema.js';

/** Every parameter with what is allowed, deep ones by their path. */
export function Parameters({ schema }: { schema: ParameterSchema }) {
  const rows = rowsOf(schema as FieldSchema);
  return (
    <section className="card" aria-labelledby="parameters">
      <h2 id="parameters">Parameters <span className="quiet">{rows.length}</span></h2>
      <div className="scroll" tabIndex={0} role="region" aria-label="Parameters">
        <table>
          <thead><tr><th>Parameter</th><th>Title</th><th>Type</th><th>Default</th><th>Allowed</th><th>Change</th></tr></thead>
          <tbody>
            {rows.map(({ path, field, needed }) => (
              <tr key={path}>
                <th scope="row" className="mono">{path}{needed && <span className="quiet"> (needed)</span>}</th>
                <td title={field.description}>{field.title ?? '–'}</td>
                <td>{typeOf(field)}</td>
                <td className="mono wrap">{field.writeOnly ? 'secret' : field.default === undefined ? '–' : JSON.stringify(field.default)}</td>
                <td className="wrap">{allowed(field) || 'any'}</td>
                <td>{field['x-immutable'] ? 'needs replacement' : 'in place'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

interface Row {
  path: string;
  field: FieldSchema;
  needed: boolean;
}

function rowsOf({ properties = {}, required = [] }: FieldSchema, above = ''): Row[] {
  return Object.entries(properties).flatMap(([name, field]) => {
    const path = `${above}${name}`;
    return [{ path, field, needed: required.includes(name) && field.default === undefined }, ...rowsOf(field, `${path}.`)];
  });
}

function typeOf({ type, enum: choices }: FieldSchema): string {
  return choices ? 'choice' : Array.isArray(type) ? type.join(' or ') : (type ?? 'any');
}

function allowed({ enum: choices, minimum, maximum, maxLength, 'x-unit': unit = '' }: FieldSchema): string {
  if (choices) return choices.map(String).join(', ');
  const range = minimum !== undefined || maximum !== undefined ? `${minimum ?? '…'} to ${maximum ?? '…'} ${unit}`.trim() : unit && `in ${unit}`;
  return [range, maxLength !== undefined && `at most ${maxLength} characters`].filter(Boolean).join(', ');
}
