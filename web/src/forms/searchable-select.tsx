import { Button, ComboBox, Input, ListBox, ListBoxItem, Popover } from 'react-aria-components';
import type { InputProps } from './inputs.js';

/** One of many: typing narrows them down, the arrows go through them. */
export function SearchableSelect({ schema, value, onChange, control }: InputProps) {
  const options = schema.enum!.map((each) => ({ id: String(each), value: each }));
  const shown = value ?? schema.default;
  return (
    <ComboBox
      aria-labelledby={`${control.id}-label`}
      aria-describedby={control['aria-describedby']}
      isInvalid={control['aria-invalid']}
      isRequired={control['aria-required']}
      isDisabled={control.disabled}
      defaultItems={options}
      selectedKey={shown === undefined ? null : String(shown)}
      onSelectionChange={(key) => onChange(options.find(({ id }) => id === key)?.value)}
      menuTrigger="focus"
    >
      <div className="search">
        <Input />
        <Button className="button" aria-label="Show all">▾</Button>
      </div>
      <Popover className="options">
        <ListBox<{ id: string }>>{({ id }) => <ListBoxItem id={id}>{id}</ListBoxItem>}</ListBox>
      </Popover>
    </ComboBox>
  );
}
