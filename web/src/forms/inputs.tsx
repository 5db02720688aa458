import { type ReactNode } from 'react';
import { hasSlider, labelOf, shapeOf, typeOf, type FieldSchema } from './schema.js';
import { SearchableSelect } from './searchable-select.js';
import { positions, scaleOf } from './slider-scale.js';
import { YamlInput } from './yaml-input.js';

/** What ties an input to its label, its help and what is wrong with it. */
export interface Control {
  id: string;
  'aria-describedby': string;
  'aria-invalid': boolean;
  'aria-required'?: boolean;
  disabled?: boolean;
}

export interface InputProps {
  name: string;
  schema: FieldSchema;
  value: unknown;
  onChange: (value: unknown) => void;
  control: Control;
}

/** The input of one plain value; what is left empty is undefined. */
export function Input(props: InputProps): ReactNode {
  const { schema, value, onChange, control } = props;
  const shown = value ?? schema.default;
  const text = (event: { target: { value: string } }) => onChange(event.target.value === '' ? undefined : event.target.value);
  const placeholder = placeholderOf(schema);
  switch (shapeOf(schema)) {
    case 'switch':
      return <input {...control} aria-required={undefined} className="switch" type="checkbox" role="switch" checked={shown === true} onChange={(event) => onChange(event.target.checked)} />;
    case 'radio':
      return <Radios {...props} />;
    case 'search':
      return <SearchableSelect {...props} />;
    case 'number':
      return <NumberInput {...props} />;
    case 'secret':
      // Not controlled: React would write what is typed into the document as an attribute.
      return <input {...control} type="password" autoComplete="new-password" onChange={text} />;
    case 'lines':
      return <textarea {...control} spellCheck={false} placeholder={placeholder} value={String(value ?? '')} onChange={text} />;
    case 'yaml':
      return <YamlInput {...props} />;
    default:
      return <input {...control} type="text" autoComplete="off" spellCheck={false} placeholder={placeholder} value={String(value ?? '')} onChange={text} />;
  }
}

function placeholderOf({ default: preset, examples }: FieldSchema): string {
  const hint = preset ?? examples?.[0];
  return hint === undefined || typeof hint === 'object' ? '' : String(hint);
}

function Radios({ schema, value, onChange, control }: InputProps) {
  const shown = value ?? schema.default;
  return (
    <div className="row" role="radiogroup" aria-labelledby={`${control.id}-label`} aria-describedby={control['aria-describedby']}>
      {schema.enum!.map((each) => (
        <label key={String(each)} className="row choice">
          <input type="radio" name={control.id} disabled={control.disabled} checked={shown === each} onChange={() => onChange(each)} /> {String(each)}
        </label>
      ))}
    </div>
  );
}

function NumberInput({ name, schema, value, onChange, control }: InputProps) {
  const { minimum = 0, maximum, 'x-unit': unit } = schema;
  const set = typeof value === 'number' ? value : undefined;
  const now = set ?? (typeof schema.default === 'number' ? schema.default : minimum);
  const scale = scaleOf(schema);
  return (
    <div className="row amount">
      <input
        {...control}
        type="number"
        inputMode={typeOf(schema) === 'integer' ? 'numeric' : 'decimal'}
        min={schema.minimum}
        max={maximum}
        step={typeOf(schema) === 'integer' ? 1 : 'any'}
        placeholder={placeholderOf(schema)}
        value={set ?? ''}
        onChange={(event) => onChange(event.target.value === '' ? undefined : Number(event.target.value))}
      />
      {unit && <span className="quiet">{unit}</span>}
      {hasSlider(schema) && (
        <input
          type="range"
          min={0}
          max={positions}
          step={1}
          disabled={control.disabled}
          aria-label={`${labelOf(name, schema)}, as a slider`}
          aria-valuetext={`${now}${unit ? ` ${unit}` : ''}`}
          value={scale.positionOf(now)}
          onChange={(event) => onChange(scale.valueAt(Number(event.target.value), now))}
        />
      )}
    </div>
  );
}
