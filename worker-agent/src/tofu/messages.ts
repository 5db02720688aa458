import { open, type FileHandle } from 'node:fs/promises';
import { z } from 'zod';

const Diagnostic = z.object({ severity: z.enum(['error', 'warning']), summary: z.string(), detail: z.string().default(''), address: z.string().optional() });
export type Diagnostic = z.infer<typeof Diagnostic>;

const Resource = z.object({ addr: z.string() });
/** The messages of tofu's machine-readable output that the agent uses; there are more. Source: OpenTofu's "Machine-Readable UI". */
const Message = z.discriminatedUnion('type', [
  z.object({ type: z.literal('planned_change'), change: z.object({ resource: Resource, action: z.string(), reason: z.string().optional() }) }),
  z.object({
    type: z.literal('change_summary'),
    changes: z.object({ add: z.int(), change: z.int(), remove: z.int(), operation: z.string() }),
  }),
  z.object({ type: z.literal('outputs'), outputs: z.record(z.string(), z.object({ sensitive: z.boolean().default(false), value: z.unknown().optional() })) }),
  z.object({ type: z.literal('refresh_start') }),
  z.object({ type: z.literal('apply_start'), hook: z.object({ resource: Resource, action: z.string() }) }),
  z.object({ type: z.literal('apply_complete'), hook: z.object({ resource: Resource, action: z.string() }) }),
  z.object({ type: z.literal('diagnostic'), diagnostic: Diagnostic }),
]);
export type TofuMessage = z.infer<typeof Message>;

/** One line of `-json` output; undefined for what the agent has no use for. */
export function parseMessage(line: string): TofuMessage | undefined {
  try {
    return Message.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined; // Half a line: its writer was killed.
  }
}

/** Reads the file of `-json-into` while it grows. A file, for tofu can't open a socket pair by name, and never waits for its reader. */
export class MessageFile {
  readonly messages: TofuMessage[] = [];
  #file: FileHandle | undefined;
  #rest = '';
  #decoder = new TextDecoder();

  constructor(readonly path: string) {}

  /** Takes in what has been written since the last look; gives the new messages. */
  async read(): Promise<TofuMessage[]> {
    this.#file ??= await open(this.path, 'r').catch(() => undefined);
    if (this.#file === undefined) return [];
    const lines = (this.#rest + (await this.#toEnd(this.#file))).split('\n');
    this.#rest = lines.pop() ?? '';
    const fresh = lines.map(parseMessage).filter((message) => message !== undefined);
    this.messages.push(...fresh);
    return fresh;
  }

  async close(): Promise<void> {
    await this.#file?.close();
  }

  async #toEnd(file: FileHandle): Promise<string> {
    let text = '';
    for (;;) {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(64 * 1024), 0, 64 * 1024, null);
      if (bytesRead === 0) return text;
      text += this.#decoder.decode(buffer.subarray(0, bytesRead), { stream: true });
    }
  }
}

export function errorsOf(messages: readonly TofuMessage[]): Diagnostic[] {
  return messages.flatMap((m) => (m.type === 'diagnostic' && m.diagnostic.severity === 'error' ? [m.diagnostic] : []));
}
