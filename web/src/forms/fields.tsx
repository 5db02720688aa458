import { fieldsOf, groupsOf, type FieldSchema, type NamedField } from './schema.js';
import { Field } from './field.js';
import './forms.css';

export type Values = Record<string, unknown>;

export interface FormProps {
  schema: FieldSchema;
  values: Values;
  onChange: (values: Values) => void;
  /** What the server said of a field, by its path below the values. */
  problems: ReadonlyMap<string, string>;
  path?: string;
  /** The values in force, when something that exists is changed: what differs is marked, what can't be changed is locked. */
  original?: Values;
  /** Tells also what is wrong with fields that nobody has been in yet. */
  showAll?: boolean;
  /** Parameters that are taken from elsewhere, and from where. */
  supplied?: ReadonlyMap<string, string>;
}

/** A form for any object schema; what is empty is left out, so that the template's own default counts. */
export function SchemaForm(props: FormProps) {
  if (props.path !== undefined) return <Fields {...props} fields={fieldsOf(props.schema)} />;
  return (
    <>
      {groupsOf(props.schema).map(({ title, fields }) => (
        <fieldset key={title} className="group">
          <legend>{title}</legend>
          <Fields {...props} fields={fields} />
        </fieldset>
      ))}
    </>
  );
}

function Fields({ fields, values, onChange, path, original, supplied, ...shared }: FormProps & { fields: NamedField[] }) {
  const set = (name: string, value: unknown) => {
    const { [name]: _old, ...rest } = values;
    onChange(value === undefined ? rest : { ...rest, [name]: value });
  };
  return fields.map(({ name, ...of }) => (
    <Field key={name} name={name} {...shared} {...of} value={values[name]} original={original && { value: original[name] }} supplied={supplied?.get(name)} onChange={(value) => set(name, value)} path={path === undefined ? name : `${path}.${name}`} />
  ));
}
