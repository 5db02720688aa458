import type { ActionAnswer, ActionRequest, Service, ServiceAction } from '@spawnit/contract';
import { useEffect, useState } from 'react';
import { act } from './act.js';

/** What would come of an action, asked once, when it is first looked at. */
export function usePreview<A extends ServiceAction>(service: Service, action: A, request: ActionRequest<A>): { answer?: ActionAnswer; failure?: unknown } {
  const [asked] = useState({ service, action, request });
  const [state, setState] = useState<{ answer?: ActionAnswer; failure?: unknown }>({});
  useEffect(() => {
    const ending = new AbortController();
    act(asked.service, asked.action, asked.request, { dryRun: true, signal: ending.signal }).then(
      (answer) => setState({ answer }),
      (failure: unknown) => ending.signal.aborted || setState({ failure }),
    );
    return () => ending.abort();
  }, [asked]);
  return state;
}
