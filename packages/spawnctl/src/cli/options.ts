import { InvalidArgumentError } from 'commander';

export const dryRun = ['--dry-run <where>', 'only say what would be done: server, or none'] as const;

/** For options that may be repeated. */
export function collect(value: string, all: string[]): string[] {
  return [...all, value];
}

const unitSeconds = { h: 3600, m: 60, s: 1 } as const;

/** 30, 30s, 5m, 1h30m → seconds. */
export function seconds(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  if (!/^(\d+[hms])+$/.test(text)) throw new InvalidArgumentError('Use a number of seconds, or such as 30s, 5m, 1h30m.');
  return [...text.matchAll(/(\d+)([hms])/g)].reduce((sum, [, count, unit]) => sum + Number(count) * unitSeconds[unit as keyof typeof unitSeconds], 0);
}

/** The address of a server, of which people leave the scheme out. */
export function address(text: string): string {
  if (isAddress(text)) return text;
  const likely = `http${/^[\w.-]+(:\d+)?$/.test(text) ? `://${text}` : '://127.0.0.1:7080'}`;
  throw new InvalidArgumentError(`Use an address such as ${likely}, or with https.`);
}

function isAddress(text: string): boolean {
  return /^https?:\/\//.test(text) && URL.canParse(text);
}

/** -1 is all of them. */
export function lines(text: string): number {
  return text === '-1' ? Infinity : count(text);
}

export function count(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('Use a whole number.');
  return Number(text);
}
