import type { Command } from 'commander';
import type { GlobalFlags } from '../session.js';

export function addCompletion(program: Command): void {
  program
    .command('completion <shell>')
    .description('a script for bash, zsh or fish, by which the shell completes commands, kinds and living names')
    .action(async (shell: string) => (await import('../completion/scripts.js')).printScript(shell));
  // Asked by those scripts: the words of the line so far, the last one unfinished.
  program
    .command('__complete [words...]', { hidden: true })
    .allowUnknownOption()
    .action(async (words: string[], _flags: object, command: Command) => (await import('../completion/complete.js')).printCandidates(program, words, command.optsWithGlobals<GlobalFlags>()));
}
