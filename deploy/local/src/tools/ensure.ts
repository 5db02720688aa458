import { recordTool, type Tool } from '../part/found.js';
import { withLock } from '../part/lock.js';
import { MissingPart, MissingParts } from '../part/missing.js';
import type { Part } from '../part/part.js';
import { parts, type PartName } from './parts.js';

export interface EnsureOptions {
  /** Where progress goes; standard error by default. */
  report?: (line: string) => void;
}

export interface Ensured {
  found: Tool[];
  missing: MissingPart[];
}

/**
 * Finds or gets the parts that are wanted, all side by side, and remembers
 * where they are. Gives what it found and what is missing; throws for neither.
 */
export async function ensureEach(
  wanted: readonly PartName[],
  { report = toStderr }: EnsureOptions = {},
): Promise<Ensured> {
  const under = new Map<string, Promise<Tool>>();
  const ensure = (name: string): Promise<Tool> => {
    const promise = under.get(name) ?? ensurePart(parts[name as PartName], ensure, report);
    under.set(name, promise);
    return promise;
  };
  const results = await Promise.allSettled(wanted.map(ensure));
  const found = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const missing = results.flatMap((result, i) => (result.status === 'rejected' ? [asMissing(wanted[i]!, result.reason)] : []));
  return { found, missing };
}

/** As `ensureEach`, but throws one MissingParts, naming all, unless everything is there. */
export async function ensureTools(wanted: readonly PartName[], options?: EnsureOptions): Promise<Tool[]> {
  const { found, missing } = await ensureEach(wanted, options);
  if (missing.length > 0) throw new MissingParts(missing);
  return found;
}

async function ensurePart(
  part: Part,
  ensure: (name: string) => Promise<Tool>,
  report: (line: string) => void,
): Promise<Tool> {
  await Promise.all((part.needs ?? []).map((need) => dependency(part, need, ensure)));
  const tool = (await part.find()) ?? (await getLocked(part, report));
  recordTool(tool);
  report(`✓ ${tool.name} ${tool.version} (${tool.how})`);
  return tool;
}

async function dependency(part: Part, need: string, ensure: (name: string) => Promise<Tool>): Promise<void> {
  await ensure(need).catch((error: unknown) => {
    const { mend } = asMissing(need, error);
    throw new MissingPart(part.name, `needs ${need}, which is missing`, mend, { cause: error });
  });
}

/** Whoever waited for the lock finds what the other has made. */
async function getLocked(part: Part, report: (line: string) => void): Promise<Tool> {
  const progress = (line: string) => report(`  ${part.name}: ${line}`);
  const waiting = () => progress('another set-up is at it; waiting for that');
  return withLock(part.name, async () => (await part.find()) ?? part.get(progress), waiting);
}

function asMissing(name: string, error: unknown): MissingPart {
  if (error instanceof MissingPart) return error;
  const text = error instanceof Error ? error.message : String(error);
  return new MissingPart(name, text, 'see the message, then run the same command again', { cause: error });
}

function toStderr(line: string): void {
  process.stderr.write(`${line}\n`);
}
