#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { CommanderError } from 'commander';
import { exitOf, exits, explain } from './exit.js';
import { buildProgram } from './program.js';

const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort());
// A reader that has seen enough (head, less) is no error.
process.stdout.on('error', () => process.exit(exits.ok));

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };

try {
  await buildProgram(interrupted.signal, version).parseAsync();
  process.exit(interrupted.signal.aborted ? exits.interrupted : exits.ok);
} catch (error) {
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? exits.ok : exits.usage);
  if (interrupted.signal.aborted) process.exit(exits.interrupted);
  const message = explain(error);
  if (message !== 'error: ') process.stderr.write(`${message}\n`);
  process.exit(exitOf(error));
}
