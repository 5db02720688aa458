import { ApiError, lastApplied, threeWayPatch, type Resource } from '@spawnit/contract';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { readSettings } from '../config.js';
import { CommandError, exits } from '../exit.js';
import { exitOf, explain } from '../failure.js';
import { parseManifests } from '../manifest/parse.js';
import { resourceName } from '../output/format.js';
import { note, print } from '../output/streams.js';
import { readRef, refName, type Ref } from '../refs.js';
import type { Session } from '../session.js';
import { sendUnlessChanged } from './send-edit.js';

const advice = ['# Change what is below, save, and leave the editor. An empty file, or no change, leaves all as it is.', '#'];

/** Opens the resource in an editor and sends what was changed, and only that. What is refused is shown in the editor again; given up, the text is kept in a file that is named. */
export async function edit(session: Session, words: string[]): Promise<void> {
  const ref = words.length === 2 ? readRef(`${words[0]}/${words[1]}`, '') : readRef(words[0] ?? '', 'service');
  const live = await session.client.of(ref.kind).get(ref.name, ref.kind.namespaced ? session.namespace : undefined);
  const folder = mkdtempSync(join(tmpdir(), 'spawnctl-edit-'));
  const file = join(folder, `${ref.kind.singular}-${ref.name}.yaml`);
  const before = editable(live);
  let text = textOf(before, []);
  let refused: unknown;
  for (;;) {
    writeFileSync(file, text, { mode: 0o600 });
    openEditor(file);
    const edited = readFileSync(file, 'utf8');
    if (bare(edited) === '' || (edited === text && refused === undefined)) return done(folder, 'Edit cancelled, nothing was changed.');
    if (edited === text) throw kept(refused, file);
    try {
      const changed = await send(session, ref, before, live, edited, file);
      rmSync(folder, { recursive: true });
      return print(`${resourceName(changed)} ${changed.metadata.resourceVersion === live.metadata.resourceVersion ? 'unchanged' : 'edited'}`);
    } catch (error) {
      if (!isMendable(error)) throw kept(error, file);
      refused = error;
      text = textOf(bare(edited), explain(error).split('\n'));
    }
  }
}

/** Only what differs from what was shown is sent, and only if nobody changed the same since. */
async function send(session: Session, ref: Required<Ref>, before: Resource, live: Resource, edited: string, file: string): Promise<Resource> {
  const [manifest, ...more] = parseManifests(edited, file);
  if (!manifest || more.length > 0) throw new CommandError(exits.usage, 'it must stay one resource');
  const { resource, kind } = manifest;
  if (kind !== ref.kind || resource.metadata.name !== ref.name || resource.metadata.namespace !== before.metadata.namespace) throw new CommandError(exits.usage, `kind, name and namespace say what is edited, which is ${refName(ref)}: they can't be changed`);
  const patch = threeWayPatch({ ...before, metadata: { ...before.metadata, annotations: { ...before.metadata.annotations, [lastApplied]: JSON.stringify(before) } } }, eachByName(resource, before));
  if (!patch) return live;
  return sendUnlessChanged(session, ref, patch, live);
}

/** Who takes all labels or annotations away means those that were shown, one by one: there are hidden ones, and others' may have come since. */
function eachByName(resource: Resource, before: Resource): Resource {
  const of = (what: 'labels' | 'annotations') => resource.metadata[what] ?? (before.metadata[what] && {});
  return { ...resource, metadata: { ...resource.metadata, labels: of('labels'), annotations: of('annotations') } };
}

/** Without what the server keeps for itself. */
function editable(live: Resource): Resource {
  const { managedFields: _m, resourceVersion: _r, uid: _u, generation: _g, creationTimestamp: _c, annotations, ...metadata } = live.metadata;
  const { [lastApplied]: _l, ...notes } = annotations ?? {};
  const { status: _s, ...rest } = live;
  return { ...rest, metadata: { ...metadata, ...(Object.keys(notes).length > 0 && { annotations: notes }) } };
}

function textOf(content: Resource | string, faults: string[]): string {
  const head = [...advice, ...faults.map((line) => `# ${line}`), ...(faults.length > 0 ? ['#'] : [])];
  return `${head.join('\n')}\n${typeof content === 'string' ? content : stringify(content, { lineWidth: 0 })}`;
}

function bare(text: string): string {
  return text.replace(/^(#.*\n)*/, '').trimStart();
}

/** What a person can mend in the text itself. */
function isMendable(error: unknown): boolean {
  return error instanceof CommandError || ApiError.is(error, 'Invalid', 'BadRequest');
}

function kept(error: unknown, file: string): CommandError {
  return new CommandError(exitOf(error), `${explain(error).replace(/^error: /, '')}\n  your text is kept in ${file}`);
}

function openEditor(file: string): void {
  const { editor } = readSettings();
  const { status, error } = spawnSync('/bin/sh', ['-c', `${editor} "$1"`, 'sh', file], { stdio: 'inherit' });
  if (error || status !== 0) throw new CommandError(exits.failed, `the editor (${editor}) ended with ${error?.message ?? `code ${status}`}; KUBE_EDITOR, VISUAL or EDITOR names another\n  your text is kept in ${file}`);
}

function done(folder: string, text: string): void {
  rmSync(folder, { recursive: true });
  note(text);
}
