import { useId, useState, type FocusEvent } from 'react';
import { Button } from '../ui/parts.js';
import { SchemaForm, type Values } from './fields.js';
import { Input, type Control } from './inputs.js';
import { ListInput } from './list-input.js';
import { MapInput } from './map-input.js';
import { labelOf, shapeOf, typeOf, type FieldSchema } from './schema.js';
import { SecretField } from './secret-field.js';

export interface FieldProps {
  name: string;
  schema: FieldSchema;
  required: boolean;
  value: unknown;
  onChange: (value: unknown) => void;
  problems: ReadonlyMap<string, string>;
  path: string;
  original?: { value: unknown };
  showAll?: boolean;
  supplied?: string;
}

/** Shapes that have no single input for a label to point to. */
const labelled = ['radio', 'search', 'list', 'map'];

/** A field with its label, its help, and, once somebody has been in it, what is wrong with it. */
export function Field(props: FieldProps) {
  const { name, schema, required, value, onChange, problems, path, original, showAll, supplied } = props;
  const id = useId();
  const [left, setLeft] = useState(false);
  const [resets, setResets] = useState(0);
  const shape = shapeOf(schema);
  const label = labelOf(name, schema);
  if (shape === 'group') return <Group {...props} label={label} />;
  const problem = left || showAll ? problems.get(path) : undefined;
  const before = original ? original.value : schema.default;
  const changed = value !== undefined && (original !== undefined || schema.default !== undefined) && !same(value, before ?? schema.default);
  const locked = original !== undefined && schema['x-immutable'] === true;
  const needed = required && schema.default === undefined && supplied === undefined;
  const control: Control = { id, 'aria-describedby': `${id}-help ${id}-problem`, 'aria-invalid': problem !== undefined, 'aria-required': needed || undefined, disabled: locked || supplied !== undefined };
  const reset = () => {
    setResets(resets + 1);
    onChange(original?.value);
  };
  const leave = ({ currentTarget, relatedTarget }: FocusEvent) => void (currentTarget.contains(relatedTarget) || setLeft(true));
  return (
    <div className="field" data-invalid={problem === undefined ? undefined : true} data-changed={changed || undefined} onBlur={leave}>
      <div className="row between">
        <span className="row">
          {labelled.includes(shape) ? <span className="label" id={`${id}-label`}>{label}</span> : <label id={`${id}-label`} htmlFor={id}>{label}</label>}
          {needed && <span className="quiet">needed</span>}
          {changed && <span className="mark">changed</span>}
        </span>
        {changed && !locked && <Button onPress={reset} aria-label={original ? `Put ${label} back` : `Reset ${label} to its default`}>Reset</Button>}
      </div>
      {supplied === undefined ? <Value key={resets} {...props} control={control} /> : <span className="quiet">{supplied}</span>}
      <span id={`${id}-help`} className="quiet">{helpOf(schema, locked)}</span>
      <span id={`${id}-problem`} className="problem" role={problem ? 'alert' : undefined}>{problem}</span>
    </div>
  );
}

function Group({ schema, label, value, onChange, path, original, problems, ...shared }: FieldProps & { label: string }) {
  const change = (next: Values) => onChange(Object.keys(next).length > 0 ? next : undefined);
  const within = original && ((original.value ?? {}) as Values);
  return (
    <fieldset className="inner">
      <legend>{label}</legend>
      {schema.description && <span className="quiet">{schema.description}</span>}
      <SchemaForm schema={schema} values={(value ?? {}) as Values} onChange={change} problems={problems} path={path} original={within} showAll={shared.showAll} />
      {problems.has(path) && <span className="problem" role="alert">{problems.get(path)}</span>}
    </fieldset>
  );
}

function Value(props: FieldProps & { control: Control }) {
  const { name, schema, value, problems, path, onChange, showAll, control } = props;
  const shared = { name, schema, value, onChange, control };
  const input = () => {
    switch (shapeOf(schema)) {
      case 'map':
        return <MapInput {...shared} problemAt={(key) => problems.get(`${path}.${key}`)} />;
      case 'list':
        return <ListInput {...shared} entry={(index, of, item, change) => <Field name={String(index)} schema={of} required={false} value={item} onChange={change} problems={problems} path={`${path}[${index}]`} showAll={showAll} />} />;
      default:
        return <Input {...shared} />;
    }
  };
  return schema.writeOnly ? <SecretField label={labelOf(name, schema)} value={value} onChange={onChange}>{input()}</SecretField> : input();
}

function helpOf({ description, minimum, maximum, default: preset, 'x-unit': unit, 'x-immutable': immutable, ...rest }: FieldSchema, locked: boolean): string {
  const range = minimum !== undefined && maximum !== undefined ? `${minimum} to ${maximum}${unit ? ` ${unit}` : ''}.` : unit && `In ${unit}.`;
  const shown = preset !== undefined && typeof preset !== 'object' && typeOf(rest) !== 'boolean' && `Default: ${String(preset)}.`;
  const fixed = immutable && (locked ? 'Another value needs replacement: make a new service.' : 'Can’t be changed later: another value needs replacement.');
  return [description, range, shown, fixed].filter(Boolean).join(' ');
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
