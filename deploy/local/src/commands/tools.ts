import { MissingParts } from '../part/missing.js';
import { ensureEach } from '../tools/ensure.js';
import { partNames, type PartName } from '../tools/parts.js';

/** `bootstrap.mjs tools [name …]`: gets the parts named, or all; the exit code. */
export async function main(args: string[]): Promise<number> {
  const unknown = args.filter((name) => !partNames.includes(name as PartName));
  if (unknown.length > 0) {
    console.error(`no such part: ${unknown.join(', ')}; there are ${partNames.join(', ')}`);
    return 64;
  }
  const { missing } = await ensureEach(args.length > 0 ? (args as PartName[]) : partNames);
  if (missing.length > 0) console.error(new MissingParts(missing).message);
  return missing.length > 0 ? 1 : 0;
}
