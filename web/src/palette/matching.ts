/** A command as it is looked for. */
interface Named {
  id: string;
  label: string;
  hint: string;
}

/** Those that have every word, the ones that begin with them first; at most `most`. */
export function matching<T extends Named>(commands: readonly T[], words: string, most: number): T[] {
  const wanted = words.toLowerCase().split(/\s+/).filter((word) => word !== '');
  const text = ({ label, hint }: T) => `${label} ${hint}`.toLowerCase();
  const found = commands.filter((command) => wanted.every((word) => text(command).includes(word)));
  const rank = ({ label }: T) => (wanted.length > 0 && label.toLowerCase().startsWith(wanted[0]!) ? 0 : 1);
  return [...found].sort((a, b) => rank(a) - rank(b)).slice(0, most);
}

/** Where the chosen command stands by now: what comes in live puts no other one in its place. -1 when it is gone; the first when none was chosen. */
export function placeOf(found: readonly Named[], chosen: string | undefined): number {
  return chosen === undefined ? Math.min(0, found.length - 1) : found.findIndex(({ id }) => id === chosen);
}
