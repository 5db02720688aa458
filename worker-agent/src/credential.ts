import { rm } from 'node:fs/promises';
import { agentPaths, JoinAnswer, Transport } from '@spawnit/contract';
import { readIfThere } from '@spawnit/controller';
import type { z } from 'zod';
import type { AgentConfig } from './config.js';
import { writeWhole } from './disk/whole-file.js';

/** Who this agent is to the apiserver: name and uid of its node, and the node's token. */
export type Credential = z.infer<typeof JoinAnswer>;

/** The node's credential on disk, readable by the agent's user only. */
export class CredentialFile {
  constructor(private readonly file: string) {}

  /** Undefined when it has never joined. Throws when the file can't be read, for then it may have. */
  async read(): Promise<Credential | undefined> {
    const text = await readIfThere(this.file);
    return text === undefined ? undefined : JoinAnswer.parse(JSON.parse(text.toString()));
  }

  async write(credential: Credential): Promise<void> {
    await writeWhole(this.file, JSON.stringify(credential));
  }

  async forget(): Promise<void> {
    await rm(this.file, { force: true });
  }
}

/** Becomes a node by the join token. Throws ApiError when that is refused, Unreachable when nobody answers. */
export async function join(config: AgentConfig): Promise<Credential> {
  if (config.joinToken === undefined) throw new Error('this agent has no credential and no join token: give it one by SPAWNIT_JOIN_TOKEN_FILE');
  const transport = new Transport({ server: config.server, token: config.joinToken, userAgent: 'spawnit-agent' });
  try {
    const body = { name: config.node, labels: config.labels, slots: config.slots };
    return JoinAnswer.parse(await transport.json({ method: 'POST', path: agentPaths.join, body }));
  } finally {
    await transport.close();
  }
}
