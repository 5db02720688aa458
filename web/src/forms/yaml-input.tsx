import { useState } from 'react';
import { parse, stringify } from 'yaml';
import type { InputProps } from './inputs.js';

/** What no other input is for, as YAML; what can't be read is kept as it was typed, and said. */
export function YamlInput({ schema, value, onChange, control }: InputProps) {
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
  const example: unknown = schema.examples?.[0];
  return (
    <>
      <textarea {...control} spellCheck={false} placeholder={example === undefined ? undefined : stringify(example)} value={typed} onChange={(event) => take(event.target.value)} />
      {problem && <span className="problem" role="alert">{problem}</span>}
    </>
  );
}
