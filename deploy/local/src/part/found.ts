import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { inCache } from './cache.js';
import { cachedProgram } from './pins.js';

/** A part of the system as it was found or made on this machine. */
export interface Tool {
  name: string;
  /** The program's path; for an engine its address, for an image its name. */
  path: string;
  version: string;
  /** Where it came from, for people: `yours`, `cached`, `downloaded`, `built`, … */
  how: string;
}

/** Programs whose path others may ask for. */
export type ProgramName = keyof typeof cachedProgram;

const systemPath: Partial<Record<ProgramName, string>> = { 'docker-registry': '/usr/bin/docker-registry' };

/**
 * The path of a program that `ensureTools` has found or made before. Reads only
 * the cache's record, so it is quick and safe in any test.
 * Throws when the program isn't there, with the command that gets it.
 */
export function toolPath(name: ProgramName): string {
  const candidates = [readRecord(name)?.path, cachedProgram[name](), systemPath[name]];
  const path = candidates.find((candidate) => candidate !== undefined && existsSync(candidate));
  if (path === undefined) throw new Error(`${name} is not installed; get it with: node deploy/local/bootstrap.mjs tools ${name}`);
  return path;
}

/** Remembers where a part is, for `toolPath` in later processes. */
export function recordTool(tool: Tool): void {
  const file = recordFile(tool.name);
  mkdirSync(dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, `${JSON.stringify(tool)}\n`);
  renameSync(temporary, file);
}

function readRecord(name: string): Tool | undefined {
  const file = recordFile(name);
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Tool;
  } catch {
    return undefined; // A torn record is only a forgotten one.
  }
}

function recordFile(name: string): string {
  return inCache('found', `${name}.json`);
}
