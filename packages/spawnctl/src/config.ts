import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { z } from 'zod';

const Environment = z.object({
  KUBECONFIG: z.string().optional(),
  SPAWNIT_SERVER: z.url().optional(),
  SPAWNIT_TOKEN: z.string().optional(),
  NO_COLOR: z.string().optional(),
  KUBECTL_EXTERNAL_DIFF: z.string().optional(),
});

export interface Settings {
  /** kubeconfig files in order of precedence; the first is the one that is written. */
  kubeconfigs: string[];
  /** Set by environment, both together: they win over any kubeconfig. */
  direct?: { server: string; token: string };
  color: boolean;
}

/** Reads the environment once. */
export function readSettings(env: NodeJS.ProcessEnv = process.env): Settings {
  const read = Environment.parse(env);
  const listed = (read.KUBECONFIG ?? '').split(delimiter).filter((path) => path !== '');
  const direct = read.SPAWNIT_SERVER && read.SPAWNIT_TOKEN ? { server: read.SPAWNIT_SERVER, token: read.SPAWNIT_TOKEN } : undefined;
  return { kubeconfigs: listed.length > 0 ? listed : [join(homedir(), '.kube', 'config')], direct, color: process.stdout.isTTY === true && !read.NO_COLOR };
}
