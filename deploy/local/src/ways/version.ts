/** The first version number in a text, e.g. `OpenTofu v1.12.6` gives `1.12.6`. */
export function parseVersion(text: string): string | undefined {
  return text.match(/\d+\.\d+(?:\.\d+)?/)?.[0];
}

/** True when `version` is `floor` or later, compared number by number. */
export function atLeast(version: string, floor: string): boolean {
  const [have, want] = [version, floor].map((text) => text.split('.').map(Number));
  for (let i = 0; i < want!.length; i++) {
    const difference = (have![i] ?? 0) - want![i]!;
    if (difference !== 0) return difference > 0;
  }
  return true;
}
