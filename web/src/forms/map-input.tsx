import { useState } from 'react';
import { Button } from '../ui/parts.js';
import type { Control } from './inputs.js';
import { repeated } from './repeated.js';
import { useFlaw } from './use-flaws.js';
import { labelOf, type FieldSchema } from './schema.js';

interface Props {
  name: string;
  schema: FieldSchema;
  value: unknown;
  onChange: (value: unknown) => void;
  control: Control;
  problemAt: (key: string) => string | undefined;
}

interface Row {
  id: number;
  key: string;
  text: string;
}

/** Names and values in rows. A row without a name is not sent. */
export function MapInput({ name, schema, value, onChange, control, problemAt }: Props) {
  const [rows, setRows] = useState<Row[]>(() => Object.entries((value ?? schema.default ?? {}) as Record<string, unknown>).map(([key, text], id) => ({ id, key, text: String(text) })));
  const label = labelOf(name, schema);
  const example = Object.entries((schema.examples?.[0] ?? {}) as Record<string, unknown>)[0];
  const take = (next: Row[]) => {
    setRows(next);
    const named = next.filter(({ key }) => key !== '');
    onChange(named.length > 0 ? Object.fromEntries(named.map(({ key, text }) => [key, text])) : undefined);
  };
  const twice = repeated(rows);
  useFlaw(twice.size > 0);
  const edit = (id: number, change: Partial<Row>) => take(rows.map((row) => (row.id === id ? { ...row, ...change } : row)));
  return (
    <div className="stack" role="group" aria-labelledby={`${control.id}-label`} aria-describedby={control['aria-describedby']}>
      {rows.map(({ id, key, text }, index) => (
        <div key={id} className="pair">
          <input aria-label={`${label}: name ${index + 1}`} placeholder={example?.[0]} value={key} disabled={control.disabled} aria-invalid={twice.has(id)} autoComplete="off" spellCheck={false} onChange={(event) => edit(id, { key: event.target.value })} />
          <textarea
            className={schema.writeOnly ? 'masked' : undefined}
            aria-label={`${label}: value ${index + 1}`}
            aria-invalid={problemAt(key) !== undefined}
            placeholder={schema.writeOnly ? undefined : (example && String(example[1]))}
            rows={1}
            value={text}
            disabled={control.disabled}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => edit(id, { text: event.target.value })}
          />
          <Button onPress={() => take(rows.filter((row) => row.id !== id))} isDisabled={control.disabled} aria-label={`Remove ${key || `row ${index + 1}`} from ${label}`}>✕</Button>
          {twice.has(id) && <span className="problem" role="alert">{`“${key}” is given twice: take one of the two away`}</span>}
          {problemAt(key) !== undefined && <span className="problem" role="alert">{problemAt(key)}</span>}
        </div>
      ))}
      <div><Button isDisabled={control.disabled} onPress={() => setRows([...rows, { id: (rows.at(-1)?.id ?? -1) + 1, key: '', text: '' }])} aria-label={`Add to ${label}`}>Add</Button></div>
    </div>
  );
}
