import { invalid, moduleLimits, ModuleSpec, type Cause } from '@spawnit/contract';
import { createHash } from 'node:crypto';
import { hostile } from './hostile.js';

/** A module's files as they are stored and fetched; equal bundles have equal bytes and one digest. */
export interface Bundle {
  /** The folder that tofu runs in; '.' is the top. */
  root: string;
  files: Record<string, string>;
}

/** Sorts the files by the bytes of their paths, and refuses what no agent could run. Throws Invalid. */
export function makeBundle(root: string, files: Record<string, string>): Bundle {
  const bundle = { root: trimRoot(root), files: Object.fromEntries(sortedFiles(files)) };
  const causes = [...tooMuch(bundle), ...misnamed(bundle), ...malformed(bundle), ...hostile(bundle).map(({ path, message }) => cause(path, message))];
  if (causes.length > 0) throw invalid({ kind: 'Module' }, causes.slice(0, 20));
  return bundle;
}

/** `sha256-` and the SHA-256 of the canonical form: root and every file with its length, so that no two bundles share one. */
export function digestOf({ root, files }: Bundle): string {
  const hash = createHash('sha256').update(`root\0${root}\0`);
  for (const [path, content] of sortedFiles(files)) hash.update(`${path}\0${Buffer.byteLength(content)}\0${content}`);
  return `sha256-${hash.digest('hex')}`;
}

export function sizeOf({ files }: Bundle): number {
  return Object.values(files).reduce((sum, content) => sum + Buffer.byteLength(content), 0);
}

/** Key of the bundle's blob in the object store. */
export function bundleKey(digest: string): string {
  return `modules/${digest}`;
}

export function encodeBundle(bundle: Bundle): Buffer {
  return Buffer.from(JSON.stringify({ root: bundle.root, files: bundle.files }));
}

function sortedFiles(files: Record<string, string>): [string, string][] {
  return Object.entries(files).sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

function trimRoot(root: string): string {
  return root.replace(/^(\.\/)+/, '').replace(/\/+$/, '') || '.';
}

function tooMuch({ files }: Bundle): Cause[] {
  const all = Object.entries(files);
  const { files: most, fileBytes, totalBytes } = moduleLimits;
  const total = all.reduce((sum, [, content]) => sum + Buffer.byteLength(content), 0);
  const big = all.filter(([, content]) => Buffer.byteLength(content) > fileBytes);
  return [
    ...(all.length > most ? [cause('', `has ${all.length} files, and at most ${most} are taken`)] : []),
    ...(total > totalBytes ? [cause('', `has ${total} bytes, and at most ${totalBytes} are taken`)] : []),
    ...big.map(([path]) => cause(path, `is larger than ${fileBytes} bytes`)),
  ];
}

function misnamed({ root, files }: Bundle): Cause[] {
  const rule = (path: string) => ModuleSpec.shape.root.safeParse(path).error?.issues[0]?.message;
  const flaws = Object.keys(files).flatMap((path) => (path === '.' ? [cause(path, 'names a folder')] : rule(path) ? [cause(path, `"${path}" ${rule(path)}`)] : []));
  return rule(root) ? [{ field: 'spec.root', reason: 'FieldValueInvalid', message: `"${root}" ${rule(root)}` }, ...flaws] : flaws;
}

function malformed({ root, files }: Bundle): Cause[] {
  const paths = Object.keys(files);
  const inRoot = paths.filter((path) => folderOf(path) === root);
  const folders = new Set(paths.flatMap(parentsOf));
  const named = root === '.' ? 'the top folder' : `the root folder "${root}"`;
  return [
    ...(inRoot.some((path) => /\.(tf|tofu)$/.test(path)) ? [] : [cause('', `has no .tf file in ${named}, in which tofu is run`)]),
    ...paths.filter((path) => folders.has(path)).map((path) => cause(path, 'is both a file and a folder')),
    ...paths.filter((path) => files[path]!.includes('\0') || Buffer.from(files[path]!).toString() !== files[path]).map((path) => cause(path, 'is not text')),
    ...paths.filter((path) => path.split('/').includes('.terraform')).map((path) => cause(path, 'is part of a tofu workdir: leave .terraform out')),
  ];
}

function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '.';
}

function parentsOf(path: string): string[] {
  const parts = path.split('/');
  return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join('/'));
}

function cause(path: string, message: string): Cause {
  return { field: path === '' ? 'spec.files' : `spec.files["${path}"]`, reason: 'FieldValueInvalid', message };
}
