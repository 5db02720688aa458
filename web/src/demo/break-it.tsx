import type { Service } from '@spawnit/contract';
import { call } from '../api/call.js';
import { api } from '../api/paths.js';
import { useSession } from '../session/use-session.js';
import { Button, FailureNotice } from '../ui/parts.js';
import { useAction } from '../ui/use-action.js';

/** Removes a service's container behind the control plane's back, to see that noticed. Only where things may be broken. */
export function BreakIt({ service }: { service: Service }) {
  const session = useSession();
  const { namespace = '', name } = service.metadata;
  const { run, busy, error } = useAction(() => call(api.demoBreak(namespace, name), { method: 'POST' }));
  if (!session?.demo || service.status?.applied === undefined) return null;
  return (
    <>
      <Button isDisabled={busy} onPress={() => void run()}>{busy ? 'Breaking …' : 'Break it'}</Button>
      {error !== undefined && <FailureNotice error={error} title="It was not broken" />}
    </>
  );
}
