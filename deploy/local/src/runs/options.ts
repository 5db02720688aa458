import { parseArgs } from 'node:util';

/** What an option takes, for `--help`, and what it is when not given. A number is at least `least`. */
export type Option = { help: string } & ({ number: number; least?: number } | { text: string } | { flag: true });
export type Options = Record<string, Option>;
export type Values<O extends Options> = { [K in keyof O]: O[K] extends { number: number } ? number : O[K] extends { flag: true } ? boolean : string };

/** A command of `npm run`, as its help tells it. */
export interface Command<O extends Options> {
  name: string;
  about: string;
  options: O;
}

/** What to print at once, and the exit code to end with. */
export interface Ending {
  say: string;
  code: 0 | 2;
}

/** The options as given; or the help that was asked for, or a line that refuses what is not known. Pure. */
export function readOptions<const O extends Options>(command: Command<O>, args: string[]): { values: Values<O> } | { ending: Ending } {
  const known = Object.keys(command.options).map((name) => `--${name}`);
  const refuse = (why: string) => ({ ending: { say: `✗ ${why}; \`npm run ${command.name} -- --help\` tells more`, code: 2 as const } });
  const { values, tokens } = parseArgs({ args, strict: false, tokens: true, allowPositionals: true, options: { help: { type: 'boolean', short: 'h' }, ...typesOf(command.options) } });
  if (values['help']) return { ending: { say: helpOf(command), code: 0 } };
  const stranger = tokens.find((token) => token.kind === 'positional' || (token.kind === 'option' && !Object.hasOwn(command.options, token.name)));
  if (stranger) return refuse(`${stranger.kind === 'option' ? `there is no option ${stranger.rawName}` : `${JSON.stringify((stranger as { value: string }).value)} says nothing here`}: there ${known.length > 0 ? `are ${known.join(', ')}` : 'is --help alone'}`);
  const read = Object.entries(command.options).map(([name, option]) => [name, valueOf(option, values[name])] as const);
  const wrong = read.find(([, value]) => value === undefined);
  if (wrong) return refuse(`--${wrong[0]} takes ${takes(command.options[wrong[0]]!)}, not ${JSON.stringify(values[wrong[0]])}`);
  return { values: Object.fromEntries(read) as Values<O> };
}

function typesOf(options: Options): Record<string, { type: 'boolean' | 'string' }> {
  return Object.fromEntries(Object.entries(options).map(([name, option]) => [name, { type: 'flag' in option ? 'boolean' : 'string' }]));
}

/** Undefined when it is not fit. */
function valueOf(option: Option, given: unknown): number | string | boolean | undefined {
  if ('flag' in option) return given === undefined ? false : given === true ? true : undefined;
  if (given === undefined) return 'number' in option ? option.number : option.text;
  if (typeof given !== 'string') return undefined;
  if ('text' in option) return given;
  const number = Number(given);
  return given.trim() !== '' && Number.isFinite(number) && number >= (option.least ?? 1) ? number : undefined;
}

function takes(option: Option): string {
  if ('flag' in option) return 'no value';
  return 'number' in option ? `a number of at least ${option.least ?? 1}` : 'a value';
}

function helpOf({ name, about, options }: Command<Options>): string {
  const rows = Object.entries(options).map(([option, of]) => [`--${option}${'flag' in of ? '' : 'number' in of ? ' N' : ' TEXT'}`, `${of.help}${'number' in of ? ` (${of.number})` : 'text' in of && of.text !== '' ? ` (${of.text})` : ''}`]);
  const width = Math.max(0, ...rows.map(([left]) => left!.length));
  return [`npm run ${name}${rows.length > 0 ? ' -- [options]' : ''}`, '', about, ...(rows.length > 0 ? [''] : []), ...rows.map(([left, right]) => `  ${left!.padEnd(width)}  ${right}`)].join('\n');
}

/** As `readOptions`, for a program: prints the ending, and exits with it. */
export function optionsOrExit<const O extends Options>(command: Command<O>, args: string[]): Values<O> {
  const read = readOptions(command, args);
  if ('values' in read) return read.values;
  const { say, code } = read.ending;
  (code === 0 ? process.stdout : process.stderr).write(`${say}\n`);
  process.exit(code);
}
