import { readEnvironment } from '@spawnit/contract';
import { z } from 'zod';
import { defaultCaps, type Caps } from './rates.js';

const perSecond = z.coerce.number().positive();
const DriftEnv = z.object({
  /** Most checks per second that ask a provider, as `aws=2,proxmox=0.5`; `remote` is for all other remote ones. */
  SPAWNIT_CHECK_RATES: z.string().default(''),
});

/** Throws an Error that says what is wrong. */
export function readCaps(env: Record<string, string | undefined> = process.env): Caps {
  const { SPAWNIT_CHECK_RATES: text } = readEnvironment(DriftEnv, env);
  const named = new Map<string, number>();
  for (const pair of text.split(',').filter((each) => each.trim() !== '')) {
    const [provider = '', rate, ...more] = pair.trim().split('=');
    const read = perSecond.safeParse(rate);
    if (!/^[a-z0-9-]+$/.test(provider) || !read.success || more.length > 0) throw new Error(`SPAWNIT_CHECK_RATES: "${pair.trim()}" is not provider=checks per second`);
    named.set(provider, read.data);
  }
  const remote = named.get('remote') ?? defaultCaps.remote;
  named.delete('remote');
  return { named, remote };
}
