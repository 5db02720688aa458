#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { CommanderError } from 'commander';
import { normalise } from './arguments.js';
import { CommandError, exits } from './exit.js';
import { buildProgram } from './program.js';

// Nothing is left half done by a client that ends: what was asked for is the server's business.
process.once('SIGINT', () => process.exit(exits.interrupted));
// A reader that has seen enough (head, less) is no error; a result that can't be written is.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(exits.ok);
  process.stderr.write(`error: can't write the result: ${error.message}\n`);
  process.exit(exits.failed);
});
// Remarks that nobody can read change nothing of what is done.
process.stderr.on('error', () => undefined);

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };

/** Whether the result could be written is known only once it was tried. */
async function end(code: number): Promise<void> {
  await new Promise<void>((resolve) => process.stdout.write('', () => resolve()));
  process.exit(code);
}

try {
  await buildProgram(version).parseAsync(normalise(process.argv.slice(2)), { from: 'user' });
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
