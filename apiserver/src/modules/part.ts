import { invalid, moduleKind, type Cause, type Module, type Resource } from '@spawnit/contract';
import type { FastifyRequest } from 'fastify';
import type { Part } from '../context.js';
import { bundleKey, digestOf, encodeBundle, makeBundle, sizeOf, type Bundle } from './bundle.js';
import { sourceRoute } from './source.js';
import { readTar } from './tar.js';

const tarTypes = ['application/x-tar', 'application/tar', 'application/gzip', 'application/x-gzip', 'application/x-tar+gzip'];

/** Modules are made from their files, as JSON or as a tar; the files become a blob before any commit names their digest. */
export const modulesPart: Part = (app, context) => {
  const { hooks, objects } = context;
  app.addContentTypeParser(tarTypes, { parseAs: 'buffer' }, async (_request: FastifyRequest, body: Buffer) => body);
  for (const type of tarTypes) hooks.bodyReaders.set(type, async (_kind, body) => moduleFromTar(body));
  hooks.preparation.push(async ({ kind, object, dryRun }) => {
    if (kind.kind !== moduleKind.kind) return object;
    const { bundle, module } = prepareModule(object as Module);
    if (!dryRun) await objects.putIfAbsent(bundleKey(module.metadata.name), encodeBundle(bundle));
    return module as Resource;
  });
  sourceRoute(app, context);
  hooks.admission.push((request) => {
    if (request.kind.kind === moduleKind.kind && request.verb === 'create') assertPrepared(request.object as Module);
    return request.object;
  });
};

/** The record of a module and the bundle it names; its name is the digest. Throws Invalid. */
export function prepareModule(module: Module): { bundle: Bundle; module: Module } {
  const { files, root, title } = module.spec;
  const { name } = module.metadata;
  if (files === undefined) throw invalid({ kind: 'Module', name }, [cause('spec.files', 'is required: path and text of each file')]);
  const bundle = makeBundle(root, files);
  const digest = digestOf(bundle);
  if (name && name !== digest) throw invalid({ kind: 'Module', name }, [cause('metadata.name', `must be the digest of the files, which is ${digest}; or leave it out`)]);
  const spec = { ...(title !== undefined && { title }), root: bundle.root, digest, size: sizeOf(bundle), fileNames: Object.keys(bundle.files) };
  return { bundle, module: { ...module, metadata: { ...module.metadata, name: digest }, spec } };
}

function assertPrepared({ metadata, spec }: Module): void {
  if (spec.files === undefined && spec.digest === metadata.name) return;
  throw invalid({ kind: 'Module', name: metadata.name }, [cause('spec.files', 'is taken only by a POST to modules, as its blob must be stored first')]);
}

function moduleFromTar(body: Buffer): Resource {
  const bundle = makeBundle(rootOf(readTar(body)), readTar(body));
  return { apiVersion: 'spawnit.dev/v1', kind: 'Module', metadata: { name: digestOf(bundle) }, spec: { root: bundle.root, files: bundle.files } };
}

/** The top, or the only folder with something to run that no other folder includes as `source = "../it"`. */
function rootOf(files: Record<string, string>): string {
  const folders = [...new Set(Object.keys(files).filter((path) => /\.(tf|tofu)$/.test(path)).map((path) => (path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '.')))];
  if (folders.includes('.') || folders.length === 0) return '.';
  const included = new Set(Object.values(files).flatMap((text) => [...text.matchAll(/\bsource\s*=\s*"\.\.\/([\w.-]+)"/g)].map(([, name]) => name)));
  const roots = folders.filter((folder) => !included.has(folder));
  if (roots.length === 1) return roots[0]!;
  throw invalid({ kind: 'Module' }, [cause('spec.root', `which of the folders ${folders.join(', ')} is to be run? Send the files as JSON and say so`)]);
}

function cause(field: string, message: string): Cause {
  return { field, reason: 'FieldValueInvalid', message };
}
