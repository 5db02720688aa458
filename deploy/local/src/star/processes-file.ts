import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Which process each part of a star is, for commands that stop one of them. */
export type ProcessIds = Record<string, number>;

function processesFile(dataDir: string): string {
  return join(dataDir, 'processes.json');
}

/** Replaced whole, so that who reads never sees half of it. */
export function writeProcessIds(dataDir: string, ids: ProcessIds): void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const file = processesFile(dataDir);
  writeFileSync(`${file}.new`, `${JSON.stringify(ids)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

export function readProcessIds(dataDir: string): ProcessIds {
  try {
    return JSON.parse(readFileSync(processesFile(dataDir), 'utf8')) as ProcessIds;
  } catch {
    return {};
  }
}
