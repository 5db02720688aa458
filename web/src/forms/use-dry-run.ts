import type { Service } from '@spawnit/contract';
import { useEffect, useState } from 'react';
import { call } from '../api/call.js';
import { asFailure, type Failure } from '../api/failure.js';
import { api } from '../api/paths.js';

const pauseMs = 300;

/** What the server would say to this service, asked whenever typing pauses; nothing is written. */
export function useDryRun(service: Service): { failure?: Failure; accepted: boolean } {
  const text = JSON.stringify(service);
  const [verdict, setVerdict] = useState<{ failure?: Failure; accepted: boolean }>({ accepted: false });
  useEffect(() => {
    const ending = new AbortController();
    const timer = setTimeout(() => {
      const body = JSON.parse(text) as Service;
      if (body.metadata.name === '') return setVerdict({ accepted: false });
      call(api.services(body.metadata.namespace ?? 'default'), { method: 'POST', body, query: { dryRun: 'All' }, signal: ending.signal }).then(
        () => setVerdict({ accepted: true }),
        (error: unknown) => ending.signal.aborted || setVerdict({ accepted: false, failure: asFailure(error) }),
      );
    }, pauseMs);
    return () => {
      clearTimeout(timer);
      ending.abort();
    };
  }, [text]);
  return verdict;
}

const below = 'spec.parameters.';

/** What the server said of each parameter, by its path in the form. */
export function problemsOf(failure: Failure | undefined): Map<string, string> {
  const causes = failure?.details.causes ?? [];
  return new Map(causes.filter(({ field }) => field?.startsWith(below)).map(({ field, message }) => [field!.slice(below.length), message]));
}

/** What it said of anything else. */
export function otherProblems(failure: Failure | undefined): string[] {
  if (!failure) return [];
  const causes = failure.details.causes ?? [];
  const others = causes.filter(({ field }) => !field?.startsWith(below)).map(({ field, message }) => (field ? `${field}: ${message}` : message));
  return causes.length === 0 ? [failure.message] : others;
}
