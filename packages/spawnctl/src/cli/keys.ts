import type { Command } from 'commander';
import type { RotateFlags } from '../commands/keys.js';
import { open } from './open.js';
import { seconds } from './options.js';

/** Commands for the keys that seal states and secrets. */
export function addKeys(admin: Command): void {
  admin
    .command('keys')
    .description('the keys that seal states and secrets, and how far a rotation is')
    .option('-o, --output <format>', 'json, yaml or name')
    .action(async (flags: { output?: string }, command: Command) => (await import('../commands/keys.js')).showKeys(await open(command), flags));
  admin
    .command('rotate-key')
    .description('seal everything new with a new key from now on, and everything old anew in the background')
    .option('--root', 'put another root key in force, which wraps the others and signs tokens; keys/root.key.next, on every server')
    .option('--retire-root', 'refuse tokens of the root key before')
    .option('--wait', 'until nothing that is named is under an old key')
    .option('--timeout <time>', 'how long to wait', seconds, 3_600)
    .action(async (flags: RotateFlags, command: Command) => (await import('../commands/keys.js')).rotateKey(await open(command), flags));
}
