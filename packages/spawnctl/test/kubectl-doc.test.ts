import type { Command } from 'commander';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { buildProgram } from '../src/program.js';

const checkout = fileURLToPath(new URL('../../../../', import.meta.url));
const table = readFileSync(join(checkout, 'docs', 'kubectl-compat.md'), 'utf8').split('## Other clients')[0]!;
const rows = table.split('\n').filter((line) => line.startsWith('| ')).slice(1).map((line) => line.split('|').map((cell) => cell.trim()));
const program = buildProgram('0.0.0');

t.test('what docs/kubectl-compat.md says of spawnctl is in its list of commands, flag by flag', async (t) => {
  t.ok(rows.length > 30, 'the table is found');
  for (const [, verb = '', , own = ''] of rows) {
    const instead = /^by `(\w+)`$/.exec(own)?.[1];
    for (const form of instead === undefined ? formsOf(verb) : [[instead]]) t.strictSame(missing(program, form), [], `${verb}: ${form.join(' ')}`);
  }
});

t.test('its subcommands of config are those that there are', async (t) => {
  const [, , , own = ''] = rows.find(([, verb]) => verb?.startsWith('config'))!;
  const config = program.commands.find((command) => command.name() === 'config')!;
  for (const [, name = ''] of own.matchAll(/`(\w+-\w+)`/g)) t.ok(config.commands.some((command) => command.name() === name), name);
});

/** `delete --wait, wait --for=delete` are two; `get -o wide, json` is one, for what follows begins no command. */
function formsOf(verb: string): string[][] {
  const parts = verb.split(', ').map((part) => part.split(' '));
  return parts.filter(([first], index) => index === 0 || program.commands.some((command) => command.name() === first) || first!.startsWith('-')).map((part, index, all) => (part[0]!.startsWith('-') && index > 0 ? [all[0]![0]!, ...part] : part));
}

/** The words of a form that are neither a command, nor one of its flags or the program's. */
function missing(root: Command, [name, ...words]: string[]): string[] {
  const command = root.commands.find((each) => each.name() === name);
  if (!command) return [name!];
  const flags = [...root.options, ...command.options].flatMap(({ long, short }) => [long, short]);
  const lost = (word: string) => (word.startsWith('-') ? !flags.includes(word.split('=')[0]) : command.commands.length > 0 && !command.commands.some((sub) => sub.name() === word));
  return words.filter(lost);
}
