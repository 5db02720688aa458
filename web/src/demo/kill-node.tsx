import type { Node } from '@spawnit/contract';
import { call } from '../api/call.js';
import { api } from '../api/paths.js';
import { useSession } from '../session/use-session.js';
import { Button, FailureNotice } from '../ui/parts.js';
import { conditionOf } from '../ui/conditions.js';
import { useAction } from '../ui/use-action.js';

/** Kills a node's agent to see its work move, and starts it again. Only where things may be broken. */
export function KillNode({ node }: { node: Node }) {
  const session = useSession();
  const { name } = node.metadata;
  const act = conditionOf(node, 'Ready')?.status === 'True' ? 'kill' : 'start';
  const { run, busy, error } = useAction(() => call(api.demoNode(name, act), { method: 'POST' }));
  if (!session?.demo) return null;
  return (
    <>
      <Button kind={act === 'kill' ? 'danger' : 'plain'} isDisabled={busy} onPress={() => void run()} aria-label={`${act === 'kill' ? 'Kill' : 'Start'} ${name}`}>
        {act === 'kill' ? 'Kill it' : 'Start again'}
      </Button>
      {error !== undefined && <FailureNotice error={error} title="That did not work" />}
    </>
  );
}
