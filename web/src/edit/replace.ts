import type { Service } from '@spawnit/contract';
import { useEffect, useState } from 'react';
import { call } from '../api/call.js';
import { asFailure, Failure } from '../api/failure.js';
import { api } from '../api/paths.js';
import { mergeMap } from './merge-map.js';

const pauseMs = 300;
const mostTries = 5;

export interface Verdict {
  failure?: Failure;
  /** As it would stand: with defaults, and what is secret sealed. */
  accepted?: Service;
  /** Typing went on since. */
  asking: boolean;
}

/** What the server would say to this service in the place of the one of its name; asked whenever typing pauses, or that one is another, nothing is written. */
export function useReplaceDryRun(draft: Service | undefined, generation: number | undefined): Verdict {
  const text = draft && JSON.stringify(declared(draft));
  const of = `${generation} ${text}`;
  const [verdict, setVerdict] = useState<Omit<Verdict, 'asking'> & { of?: string }>({});
  useEffect(() => {
    if (text === undefined) return;
    const ending = new AbortController();
    const timer = setTimeout(() => {
      const body = JSON.parse(text) as Service;
      call<Service>(pathOf(body), { method: 'PUT', body, query: { dryRun: 'All' }, signal: ending.signal }).then(
        (accepted) => setVerdict({ of, accepted }),
        (error: unknown) => ending.signal.aborted || setVerdict({ of, failure: asFailure(error) }),
      );
    }, pauseMs);
    return () => {
      clearTimeout(timer);
      ending.abort();
    };
  }, [text, of]);
  return { ...verdict, asking: text !== undefined && verdict.of !== of };
}

/**
 * Writes it over the one that was read as `opened`: a status that moves on meanwhile is no hindrance, another's change of the
 * spec is. Others' labels and annotations stay: orders to the control plane are among them, and none raises the generation.
 */
export async function replace(draft: Service, opened: Service): Promise<Service> {
  for (let tries = 1; ; tries++) {
    const now = await call<Service>(pathOf(opened));
    if (now.metadata.uid !== opened.metadata.uid) clash('it');
    if (now.metadata.generation !== opened.metadata.generation && !(await stands(draft, now))) clash('it');
    const of = (what: 'labels' | 'annotations') => mergeMap(opened.metadata[what], draft.metadata[what], now.metadata[what], (key) => clash(`the ${what.slice(0, -1)} ${key}`));
    const body = declared({ ...draft, metadata: { ...draft.metadata, labels: of('labels'), annotations: of('annotations'), resourceVersion: now.metadata.resourceVersion } });
    try {
      return await call<Service>(pathOf(opened), { method: 'PUT', body });
    } catch (error) {
      if (asFailure(error).details.status !== 409 || tries === mostTries) throw error;
    }
  }
}

/** Whether its spec is as the draft has it, as after an answer that was lost; only the server can tell, for secrets stand in another form. */
async function stands(draft: Service, now: Service): Promise<boolean> {
  const body = declared({ ...draft, metadata: { ...draft.metadata, resourceVersion: now.metadata.resourceVersion } });
  const would = await call<Service>(pathOf(now), { method: 'PUT', body, query: { dryRun: 'All' } });
  return would.metadata.generation === now.metadata.generation;
}

function clash(what: string): never {
  throw new Failure(`Somebody else has changed ${what} meanwhile. Take over what is new, then make your change again.`, { reason: 'Conflict' });
}

/** What people write: the rest is the server's. */
export function declared({ apiVersion, kind, metadata, spec }: Service): Service {
  const { name, namespace, labels, annotations, resourceVersion } = metadata;
  return { apiVersion, kind, metadata: { name, namespace, ...(resourceVersion && { resourceVersion }), ...(labels && { labels }), ...(annotations && { annotations }) }, spec };
}

function pathOf({ metadata }: Service): string {
  return api.service(metadata.namespace ?? '', metadata.name);
}

/** Causes of a refusal by the path of their field below `prefix`, such as `spec.`. */
export function causesBelow(failure: Failure | undefined, prefix: string): Map<string, string> {
  return new Map((failure?.details.causes ?? []).flatMap(({ field, message }) => (field?.startsWith(prefix) ? [[field.slice(prefix.length), message] as const] : [])));
}
