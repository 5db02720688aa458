import { createContext, useCallback, useContext, useEffect, useId, useState } from 'react';

type Tell = (field: string, flawed: boolean) => void;

export const Flaws = createContext<Tell>(() => undefined);

/** What fits into no request, so that no server can refuse it, such as a name that is given twice: its fields tell the form, by `tell`. */
export function useFlaws(): { flawed: boolean; tell: Tell } {
  const [fields, setFields] = useState<ReadonlySet<string>>(new Set());
  const tell = useCallback<Tell>((field, flawed) => {
    setFields((before) => new Set(flawed ? [...before, field] : [...before].filter((each) => each !== field)));
  }, []);
  return { flawed: fields.size > 0, tell };
}

/** For a field: while it is flawed, its form is not sent. */
export function useFlaw(flawed: boolean): void {
  const tell = useContext(Flaws);
  const field = useId();
  useEffect(() => {
    if (!flawed) return;
    tell(field, true);
    return () => tell(field, false);
  }, [tell, field, flawed]);
}
