import { useId, useState, type ReactNode } from 'react';
import { parse, stringify } from 'yaml';
import { Button } from '../ui/parts.js';
import { groupsOf, labelOf, shapeOf, type FieldSchema } from './schema.js';

export type Values = Record<string, unknown>;

interface FormProps {
  schema: FieldSchema;
  values: Values;
  onChange: (values: Values) => void;
  /** What the server said of a field, by its path below the values. */
  problems: ReadonlyMap<string, string>;
  path?: string;
}

/** A form for any object schema; what is empty is left out, so that the template's own default counts. */
export function SchemaForm({ schema, values, onChange, problems, path = '' }: FormProps) {
  const set = (name: string, value: unknown) => {
    const { [name]: _old, ...rest } = values;
    onChange(value === undefined ? rest : { ...rest, [name]: value });
  };
  return (
    <>
      {groupsOf(schema).map(({ title, fields }) => (
        <fieldset key={title}>
          <legend>{title}</legend>
          {fields.map(({ name, schema: of, required }) => (
            <Field key={name} name={name} schema={of} required={required} value={values[name]} onChange={(value) => set(name, value)} problems={problems} path={path === '' ? name : `${path}.${name}`} />
          ))}
        </fieldset>
      ))}
    </>
  );
}

interface FieldProps {
  name: string;
  schema: FieldSchema;
  required: boolean;
  value: unknown;
  onChange: (value: unknown) => void;
  problems: ReadonlyMap<string, string>;
  path: string;
}

interface Control {
  id: string;
  'aria-describedby': string;
  'aria-invalid': boolean;
  required: boolean;
}

function Field({ name, schema, required, value, onChange, problems, path }: FieldProps) {
  const id = useId();
  const shape = shapeOf(schema);
  const label = labelOf(name, schema);
  if (shape === 'group') {
    return (
      <fieldset>
        <legend>{label}</legend>
        {schema.description && <span className="quiet">{schema.description}</span>}
        <SchemaForm schema={{ ...schema, properties: withoutGroups(schema.properties) }} values={(value ?? {}) as Values} onChange={(next) => onChange(Object.keys(next).length > 0 ? next : undefined)} problems={problems} path={path} />
      </fieldset>
    );
  }
  const problem = problems.get(path);
  const changed = value !== undefined && schema.default !== undefined;
  const control: Control = { id, 'aria-describedby': `${id}-help ${id}-problem`, 'aria-invalid': problem !== undefined, required: required && schema.default === undefined };
  return (
    <div className="field" data-invalid={problem === undefined ? undefined : true}>
      <div className="row between">
        {shape === 'radio' ? <span className="label" id={`${id}-label`}>{label}</span> : <label htmlFor={id}>{label}{control.required && <span className="quiet"> (needed)</span>}</label>}
        {changed && <Button onPress={() => onChange(undefined)} aria-label={`Reset ${label} to its default`}>Reset</Button>}
      </div>
      <Input shape={shape} schema={schema} value={value} onChange={onChange} control={control} />
      <span id={`${id}-help`} className="quiet">{helpOf(schema)}</span>
      <span id={`${id}-problem`} className="problem" role={problem ? 'alert' : undefined}>{problem}</span>
    </div>
  );
}

function withoutGroups(properties: FieldSchema['properties'] = {}): FieldSchema['properties'] {
  return Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, { ...schema, 'x-group': ' ' }]));
}

function helpOf({ description, minimum, maximum, default: preset, 'x-unit': unit, 'x-immutable': immutable }: FieldSchema): string {
  const range = minimum !== undefined && maximum !== undefined ? `${minimum} to ${maximum}${unit ? ` ${unit}` : ''}.` : unit ? `In ${unit}.` : undefined;
  const shown = preset !== undefined && typeof preset !== 'object' ? `Default: ${String(preset)}.` : undefined;
  return [description, range, shown, immutable && 'A change of it makes it anew.'].filter(Boolean).join(' ');
}

interface InputProps {
  shape: ReturnType<typeof shapeOf>;
  schema: FieldSchema;
  value: unknown;
  onChange: (value: unknown) => void;
  control: Control;
}

function Input({ shape, schema, value, onChange, control }: InputProps): ReactNode {
  const shown = value ?? schema.default;
  const text = (event: { target: { value: string } }) => onChange(event.target.value === '' ? undefined : event.target.value);
  const example = schema.examples?.[0] !== undefined ? String(schema.examples[0]) : undefined;
  switch (shape) {
    case 'switch':
      return <input {...control} required={false} type="checkbox" role="switch" checked={shown === true} onChange={(event) => onChange(event.target.checked)} style={{ width: 'auto', justifySelf: 'start' }} />;
    case 'radio':
      return (
        <div className="row" role="radiogroup" aria-labelledby={`${control.id}-label`}>
          {schema.enum!.map((each) => (
            <label key={String(each)} className="row">
              <input type="radio" name={control.id} style={{ width: 'auto' }} checked={shown === each} onChange={() => onChange(each)} /> {String(each)}
            </label>
          ))}
        </div>
      );
    case 'select':
      return (
        <select {...control} value={String(shown ?? '')} onChange={(event) => onChange(schema.enum!.find((each) => String(each) === event.target.value))}>
          <option value="" />
          {schema.enum!.map((each) => <option key={String(each)} value={String(each)}>{String(each)}</option>)}
        </select>
      );
    case 'number':
      return <input {...control} type="number" inputMode="numeric" min={schema.minimum} max={schema.maximum} step={schema.type === 'integer' ? 1 : 'any'} placeholder={String(schema.default ?? example ?? '')} value={value === undefined ? '' : String(value)} onChange={(event) => onChange(event.target.value === '' ? undefined : Number(event.target.value))} />;
    case 'secret':
      return <input {...control} type="password" autoComplete="new-password" placeholder={isSealed(value) ? 'set; type to replace' : undefined} value={typeof value === 'string' ? value : ''} onChange={text} />;
    case 'lines':
      return <textarea {...control} spellCheck={false} placeholder={example} value={String(value ?? '')} onChange={text} />;
    case 'yaml':
      return <YamlInput control={control} value={value} onChange={onChange} placeholder={schema.examples?.[0] === undefined ? undefined : stringify(schema.examples[0])} />;
    default:
      return <input {...control} type="text" placeholder={String(schema.default ?? example ?? '')} value={String(value ?? '')} onChange={text} />;
  }
}

function isSealed(value: unknown): boolean {
  return typeof value === 'object' && value !== null && '$sealed' in value;
}

/** Lists and maps as YAML; what can't be read is kept as it was typed, and said. */
function YamlInput({ control, value, onChange, placeholder }: { control: Control; value: unknown; onChange: (value: unknown) => void; placeholder?: string }) {
  const [typed, setTyped] = useState(() => (value === undefined ? '' : stringify(value)));
  const [problem, setProblem] = useState<string>();
  const take = (next: string) => {
    setTyped(next);
    try {
      const read: unknown = parse(next);
      setProblem(undefined);
      onChange(read ?? undefined);
    } catch (error) {
      setProblem((error as Error).message.split('\n')[0]);
    }
  };
  return (
    <>
      <textarea {...control} spellCheck={false} placeholder={placeholder} value={typed} onChange={(event) => take(event.target.value)} />
      {problem && <span className="problem" role="alert">{problem}</span>}
    </>
  );
}
