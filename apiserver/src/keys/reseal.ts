import { lastApplied, type Revision, type Service } from '@spawnit/contract';
import type { ServerContext } from '../context.js';
import type { Envelopes } from '../secrets/envelope.js';
import { readApplied } from '../secrets/seal-service.js';
import { isSealed, sealValue, type SealedValue, type SecretPlace } from '../secrets/sealed-value.js';
import type { Evidence } from '../state/evidence.js';
import type { CurrentState, StateRecord } from '../state/records.js';
import { unname } from '../state/unnamed.js';
import type { Op } from '../store/log/commit.js';
import type { JsonObject } from '../store/log/json.js';
import type { View } from '../store/log/view.js';
import { contentAt } from './sealed-places.js';
import { keysIn, oldIn, type NamedBlob } from './uses.js';

interface Work {
  context: ServerContext;
  envelopes: Envelopes;
}

/** Seals anew what these records hold, in one commit. What has changed meanwhile is looked at as it is then. */
export async function resealRecords({ context, envelopes }: Work, keys: readonly string[]): Promise<void> {
  await context.registry.write('apiserver', (view) => {
    const ops = keys.flatMap((key): Op[] => {
      const entry = view.get(key);
      if (entry === undefined || oldIn(envelopes, envelopes.sealingWith, entry).size === 0) return [];
      return [{ op: 'put', key, value: resealed(envelopes, key, entry.value) }];
    });
    return { ops, result: undefined };
  });
}

/**
 * Puts these objects once more, sealed with the active key, then has the records name the new ones: an object is never
 * overwritten. One that no record names any more by then is marked, like the old ones.
 */
export async function resealBlobs({ context, envelopes }: Work, blobs: readonly NamedBlob[]): Promise<void> {
  const { registry, now } = context;
  const moved = await Promise.all(blobs.map((blob) => copyBlob({ context, envelopes }, blob)));
  await registry.write('apiserver', (view) => {
    const ops = moved.flatMap(({ from, to, sealedWith }) => {
      const renamed = [...rename(view, from, { key: to, sealedWith })];
      return [...renamed, ...unname([renamed.length > 0 ? from.key : to], now())];
    });
    return { ops, result: undefined };
  });
}

async function copyBlob({ context, envelopes }: Work, from: NamedBlob): Promise<{ from: NamedBlob; to: string; sealedWith: string }> {
  const sealed = await context.objects.get(from.key);
  if (sealed === undefined) throw new Error(`${from.key} is named by a record and not in the store`);
  const plain = envelopes.open(sealed, from.key);
  const to = from.key.replace(/-[0-9a-f]+$/, '') + `-${context.random(8).toString('hex')}`;
  const sealedWith = envelopes.sealingWith;
  await context.objects.putIfAbsent(to, envelopes.seal(plain, to));
  return { from, to, sealedWith };
}

/** Every record of the service that names the object names the other one. */
function* rename(view: View, { namespace, serviceUid, key }: NamedBlob, to: { key: string; sealedWith: string }): Generator<Op> {
  const pointer = view.get(`states/${namespace}/${serviceUid}`);
  const record = pointer?.value as unknown as StateRecord | undefined;
  if (pointer && record?.current?.key === key) yield put(pointer.key, { ...record, current: { ...record.current, ...to } });
  for (const namer of ['state-history', 'state-evidence']) {
    for (const entry of view.list(`${namer}/${namespace}/${serviceUid}/`)) {
      const value = entry.value as unknown as CurrentState | Evidence;
      if (value.key === key) yield put(entry.key, { ...value, ...to });
    }
  }
}

/** The record with every sealed value under the active key. Generations stay: nothing is declared anew by it. */
function resealed(envelopes: Envelopes, key: string, value: JsonObject): JsonObject {
  const top = key.split('/')[0];
  if (top === 'services') return serviceAnew(envelopes, value as unknown as Service) as unknown as JsonObject;
  if (top === 'revisions') return resealRevision(envelopes, value as unknown as Revision) as unknown as JsonObject;
  const { object } = value as { object?: { kind?: string } };
  if (object?.kind === 'Service') return { ...value, object: serviceAnew(envelopes, object as Service) as unknown as JsonObject };
  if (object?.kind === 'Revision') return { ...value, object: resealRevision(envelopes, object as Revision) as unknown as JsonObject };
  return value;
}

export function resealRevision(envelopes: Envelopes, revision: Revision): Revision {
  const { serviceSpec, service } = revision.spec;
  const at = { namespace: revision.metadata.namespace ?? '', service };
  return { ...revision, spec: { ...revision.spec, serviceSpec: { ...serviceSpec, parameters: parametersAnew(envelopes, at, serviceSpec.parameters) } } };
}

/** The annotation of `apply` gets the very forms that the parameters have, so that it goes on saying the same. */
function serviceAnew(envelopes: Envelopes, service: Service): Service {
  const at = { namespace: service.metadata.namespace ?? '', service: service.metadata.name };
  const old = service.spec.parameters;
  const parameters = parametersAnew(envelopes, at, old);
  const forms = new Map(Object.entries(old).flatMap(([name, value]) => (isSealed(value) ? [[value.$sealed, (parameters[name] as SealedValue).$sealed] as const] : [])));
  const text = service.metadata.annotations?.[lastApplied];
  const annotations = text === undefined ? service.metadata.annotations : { ...service.metadata.annotations, [lastApplied]: annotationAnew(envelopes, at, text, forms) };
  return { ...service, metadata: { ...service.metadata, ...(annotations && { annotations }) }, spec: { ...service.spec, parameters } };
}

function annotationAnew(envelopes: Envelopes, at: Omit<SecretPlace, 'parameter'>, text: string, forms: ReadonlyMap<string, string>): string {
  const applied = readApplied(text);
  if (applied === undefined) return text;
  const given = applied.spec?.parameters ?? {};
  const anew = Object.entries(given).map(([parameter, value]) => {
    if (!isSealed(value)) return [parameter, value] as const;
    const known = forms.get(value.$sealed);
    return [parameter, known === undefined ? valueAnew(envelopes, { ...at, parameter }, value) : { $sealed: known }] as const;
  });
  return JSON.stringify({ ...applied, spec: { ...applied.spec, parameters: Object.fromEntries(anew) } });
}

function parametersAnew(envelopes: Envelopes, at: Omit<SecretPlace, 'parameter'>, parameters: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(parameters).map(([parameter, value]) => [parameter, isSealed(value) ? valueAnew(envelopes, { ...at, parameter }, value) : value]));
}

function valueAnew(envelopes: Envelopes, place: SecretPlace, value: SealedValue): SealedValue {
  if (keysIn(value).has(envelopes.sealingWith)) return value;
  const content = contentAt(envelopes, { place, sealed: value });
  return content ? sealValue(envelopes, place, content.plain) : value;
}

function put(key: string, value: object): Op {
  return { op: 'put', key, value: value as JsonObject };
}
