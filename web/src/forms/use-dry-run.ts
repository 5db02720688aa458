import type { Service } from '@spawnit/contract';
import { useEffect, useState } from 'react';
import { call } from '../api/call.js';
import { asFailure, type Failure } from '../api/failure.js';
import { api } from '../api/paths.js';

const pauseMs = 300;

export interface DryRun {
  failure?: Failure;
  accepted: boolean;
  /** Typing went on since: what is said is of before. */
  asking: boolean;
}

/** What the server would say to this service, asked whenever typing pauses; nothing is written. Without a name it is asked about the rest. */
export function useDryRun(service: Service): DryRun {
  const text = JSON.stringify(service);
  const [verdict, setVerdict] = useState<Omit<DryRun, 'asking'> & { of?: string }>({ accepted: false });
  useEffect(() => {
    const ending = new AbortController();
    const timer = setTimeout(() => {
      const body = JSON.parse(text) as Service;
      const unnamed = body.metadata.name === '';
      if (unnamed) body.metadata = { namespace: body.metadata.namespace, generateName: 'unnamed-' } as unknown as Service['metadata'];
      call(api.services(body.metadata.namespace ?? 'default'), { method: 'POST', body, query: { dryRun: 'All' }, signal: ending.signal }).then(
        () => setVerdict({ of: text, accepted: !unnamed }),
        (error: unknown) => ending.signal.aborted || setVerdict({ of: text, accepted: false, failure: asFailure(error) }),
      );
    }, pauseMs);
    return () => {
      clearTimeout(timer);
      ending.abort();
    };
  }, [text]);
  return { ...verdict, asking: verdict.of !== text };
}
