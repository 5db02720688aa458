import { ApiError, moduleLimits } from '@spawnit/contract';
import { gunzipSync } from 'node:zlib';

const block = 512;
/** Room for the headers and padding of every file, beside what they may hold. */
const mostBytes = moduleLimits.totalBytes + moduleLimits.files * 4 * block + 64 * 1024;

/**
 * The text files of a tar archive (ustar, with the long names of pax and GNU), gzipped or not. Only plain files and
 * folders are taken: no links, devices or names that lead out. Throws BadRequest, naming the entry.
 */
export function readTar(archive: Buffer): Record<string, string> {
  const bytes = isGzip(archive) ? gunzip(archive) : archive;
  if (bytes.length > mostBytes) throw refused(`is ${bytes.length} bytes unpacked, and at most ${mostBytes} are taken`);
  const files: Record<string, string> = {};
  for (const { path, body } of entries(bytes)) {
    if (Object.hasOwn(files, path)) throw refused(`has "${path}" twice`);
    files[path] = textOf(path, body);
    if (Object.keys(files).length > moduleLimits.files) throw refused(`has more than ${moduleLimits.files} files`);
  }
  return files;
}

function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function gunzip(bytes: Buffer): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: mostBytes });
  } catch (error) {
    const tooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    throw refused(tooLarge ? `is more than ${mostBytes} bytes unpacked` : 'is not proper gzip');
  }
}

interface Entry {
  path: string;
  body: Buffer;
}

function* entries(bytes: Buffer): Generator<Entry> {
  let longName: string | undefined;
  for (let at = 0; at + block <= bytes.length && !isEmpty(bytes, at); ) {
    const header = readHeader(bytes.subarray(at, at + block));
    const body = bytes.subarray(at + block, at + block + header.size);
    if (body.length < header.size) throw refused('is cut short');
    at += block + Math.ceil(header.size / block) * block;
    if (header.type === 'x') longName = paxPath(body) ?? longName;
    else if (header.type === 'L') longName = untilZero(body);
    else if (header.type !== 'g') {
      const name = longName ?? header.name;
      longName = undefined;
      if (header.type === '5') assertSafe(name.replace(/\/+$/, '') || '.');
      else yield { path: plainFile(name, header.type), body };
    }
  }
}

function isEmpty(bytes: Buffer, at: number): boolean {
  return bytes.subarray(at, at + block).every((byte) => byte === 0);
}

/** Fields as POSIX gives them: name 100, size at 124 (octal), checksum at 148, type at 156, magic at 257, prefix at 345. */
function readHeader(header: Buffer): { name: string; size: number; type: string } {
  const sum = header.reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 0x20 : byte), 0);
  if (sum !== octal(header.subarray(148, 156))) throw refused('is not a tar archive, or is damaged');
  const ustar = header.toString('latin1', 257, 262) === 'ustar' && header[262] === 0;
  const prefix = ustar ? untilZero(header.subarray(345, 500)) : '';
  const name = untilZero(header.subarray(0, 100));
  return { name: prefix === '' ? name : `${prefix}/${name}`, size: octal(header.subarray(124, 136)), type: header.toString('latin1', 156, 157) };
}

function octal(field: Buffer): number {
  const text = untilZero(field).trim();
  if (!/^[0-7]+$/.test(text)) throw refused('has a header that is not proper tar');
  return Number.parseInt(text, 8);
}

function untilZero(field: Buffer): string {
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end < 0 ? field.length : end);
}

/** Of records `length key=value\n`. */
function paxPath(body: Buffer): string | undefined {
  return /(?:^|\n)\d+ path=([^\n]*)\n/.exec(body.toString('utf8'))?.[1];
}

const typeNames: Record<string, string> = { '1': 'a hard link', '2': 'a symbolic link', '3': 'a device', '4': 'a device', '6': 'a pipe' };

function plainFile(name: string, type: string): string {
  if (type !== '0' && type !== '\0' && type !== '7') throw refused(`has ${typeNames[type] ?? `an entry of type "${type}"`} named "${name}": only plain files and folders are taken`);
  return assertSafe(name);
}

function assertSafe(name: string): string {
  const path = name.replace(/^(\.\/)+/, '') || '.';
  if (path.startsWith('/') || path.split('/').includes('..')) throw refused(`has the entry "${name}", which leads out of the bundle`);
  return path;
}

function textOf(path: string, body: Buffer): string {
  const text = body.toString('utf8');
  if (!Buffer.from(text).equals(body)) throw refused(`has "${path}", which is not UTF-8 text`);
  return text;
}

function refused(why: string): ApiError {
  return new ApiError('BadRequest', `the archive ${why}`, { kind: 'Module' });
}
