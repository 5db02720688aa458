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

export function count(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('Use a whole number.');
  return Number(text);
}
