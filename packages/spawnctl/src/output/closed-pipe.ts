import type { Command } from 'commander';
import { exits } from '../exit.js';

/** They only show, some without end: with nobody to read on, nothing is left to do. */
const shows = ['get', 'describe', 'explain', 'events', 'logs', 'top', 'api-resources'];

/**
 * A reader that has seen enough (head, less) is no error. What changes something, or is waited for, is done to its end
 * all the same, so that the exit code tells how it went. A result that can't be written for another reason is a failure.
 */
export function mindClosedPipe(program: Command): void {
  let done = true;
  program.hook('preAction', (_, command) => {
    done = shows.includes(command.name());
  });
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' && !done) return;
    if (error.code === 'EPIPE') process.exit(exits.ok);
    process.stderr.write(`error: can't write the result: ${error.message}\n`);
    process.exit(exits.failed);
  });
  // Remarks that nobody can read change nothing of what is done.
  process.stderr.on('error', () => undefined);
}
