/** A part that the machine doesn't have and that we could not get. */
export class MissingPart extends Error {
  constructor(
    readonly part: string,
    /** What is the matter, as a sentence without its subject. */
    readonly why: string,
    /** The one command, or page, that mends it. */
    readonly mend: string,
    options?: ErrorOptions,
  ) {
    super(`${part}: ${why}; mend it with: ${mend}`, options);
    this.name = 'MissingPart';
  }
}

/** Several parts are missing at once; the message lists them all. */
export class MissingParts extends Error {
  constructor(readonly parts: MissingPart[]) {
    super(describeMissing(parts));
    this.name = 'MissingParts';
  }
}

function describeMissing(parts: MissingPart[]): string {
  const items = parts.map(({ part, why, mend }) => `  ✗ ${part}: ${indent(why)}\n    → ${mend}`);
  const count = parts.length === 1 ? 'One part is' : `${parts.length} parts are`;
  return `${count} missing:\n${items.join('\n')}`;
}

function indent(text: string): string {
  return text.replaceAll('\n', '\n    ');
}
