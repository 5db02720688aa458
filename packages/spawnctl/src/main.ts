#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { CommanderError } from 'commander';
import { normalise } from './arguments.js';
import { CommandError, exits } from './exit.js';
import { mindClosedPipe } from './output/closed-pipe.js';
import { buildProgram } from './program.js';

// Nothing is left half done by a client that ends: what was asked for is the server's business.
process.once('SIGINT', () => process.exit(exits.interrupted));

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };

/** Whether the result could be written is known only once it was tried. */
async function end(code: number): Promise<void> {
  await new Promise<void>((resolve) => process.stdout.write('', () => resolve()));
  process.exit(code);
}

try {
  const program = buildProgram(version);
  mindClosedPipe(program);
  await program.parseAsync(normalise(process.argv.slice(2)), { from: 'user' });
  await end(exits.ok);
} catch (error) {
  if (error instanceof CommanderError) await end(error.exitCode === 0 ? exits.ok : exits.usage);
  if (error instanceof CommandError) {
    if (error.message !== '') process.stderr.write(`error: ${error.message}\n`);
    process.exit(error.exit);
  }
  // The contract is heavy; only a failure of a command that used it needs it here.
  const { explain, exitOf } = await import('./failure.js');
  process.stderr.write(`${explain(error)}\n`);
  process.exit(exitOf(error));
}
