import type { Service } from '@spawnit/contract';
import { act } from '../../act/act.js';
import { canRetry } from '../../ui/conditions.js';
import { Button, FailureNotice } from '../../ui/parts.js';
import { useAction } from '../../ui/use-action.js';

/** Where the last attempt failed or was ended: another one, now. It takes back nothing, so it asks nothing. */
export function Retry({ service }: { service: Service }) {
  const { run, busy, error } = useAction(() => act(service, 'retry', { generation: service.metadata.generation }));
  if (!canRetry(service)) return null;
  return (
    <>
      <Button kind="primary" isDisabled={busy} onPress={() => void run()}>Try again</Button>
      {error !== undefined && <FailureNotice error={error} title="It was not tried again" />}
    </>
  );
}
