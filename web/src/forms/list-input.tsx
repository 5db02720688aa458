import { useState, type ReactNode } from 'react';
import { Button } from '../ui/parts.js';
import type { Control } from './inputs.js';
import { labelOf, typeOf, type FieldSchema } from './schema.js';

interface Props {
  name: string;
  schema: FieldSchema;
  value: unknown;
  onChange: (value: unknown) => void;
  control: Control;
  /** The field of one entry. */
  entry: (index: number, schema: FieldSchema, value: unknown, onChange: (value: unknown) => void) => ReactNode;
}

/** Entries one below the other, of whatever schema they have. */
export function ListInput({ name, schema, value, onChange, control, entry }: Props) {
  const items = (value ?? schema.default ?? []) as unknown[];
  const [ids, setIds] = useState(() => items.map((_, index) => index));
  const label = labelOf(name, schema);
  const of = schema.items!;
  const take = (next: unknown[]) => onChange(next.length === 0 && !(schema.default as unknown[] | undefined)?.length ? undefined : next);
  const remove = (at: number) => {
    setIds(ids.filter((_, index) => index !== at));
    take(items.filter((_, index) => index !== at));
  };
  const add = () => {
    setIds([...ids, Math.max(-1, ...ids) + 1]);
    take([...items, typeOf(of) === 'object' ? {} : typeOf(of) === 'string' ? '' : null]);
  };
  return (
    <div className="stack" role="group" aria-labelledby={`${control.id}-label`} aria-describedby={control['aria-describedby']}>
      {items.map((item, index) => (
        <div key={ids[index] ?? index} className="entry">
          {entry(index, { ...of, title: `${label} ${index + 1}` }, item ?? undefined, (next) => take(items.map((old, at) => (at === index ? (next ?? (typeOf(of) === 'object' ? {} : typeOf(of) === 'string' ? '' : null)) : old))))}
          <Button isDisabled={control.disabled} onPress={() => remove(index)} aria-label={`Remove ${label} ${index + 1}`}>Remove</Button>
        </div>
      ))}
      <div><Button isDisabled={control.disabled || items.length >= (schema.maxItems ?? Infinity)} onPress={add} aria-label={`Add to ${label}`}>Add</Button></div>
    </div>
  );
}
