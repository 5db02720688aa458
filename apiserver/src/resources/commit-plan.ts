import { describeIdentity, kindByName, type Resource } from '@spawnit/contract';
import { assertLeads } from '../leadership/fence.js';
import type { Op } from '../store/log/commit.js';
import type { View } from '../store/log/view.js';
import { storeFailure } from '../store-failure.js';
import { keyOf, withVersion } from './records.js';
import type { Planned, WriteScope } from './write.js';

/** Commits what `plan` comes to, or only answers it for a dry run. The object has its resourceVersion. Throws ApiError. */
export async function commit(scope: WriteScope, requestId: string | undefined, plan: (view: View) => Planned): Promise<Resource | null> {
  const [object] = await commitAll(scope, requestId, (view) => {
    const { ops, object } = plan(view);
    return { ops, objects: [object] };
  });
  return object ?? null;
}

export async function commitAll(scope: WriteScope, requestId: string | undefined, plan: (view: View) => { ops: Op[]; objects: (Resource | null)[] }): Promise<(Resource | null)[]> {
  const { registry } = scope.context;
  if (scope.dryRun) return plan(registry.view).objects;
  const decide = (view: View) => {
    assertLeads(view, scope.identity, scope.leaseToken);
    const { ops, objects } = plan(view);
    return { ops, result: { ops, objects } };
  };
  const { rvs, result } = await registry.write(describeIdentity(scope.identity), decide, { requestId }).catch((error: unknown) => {
    throw storeFailure(error);
  });
  const written = new Map(result.ops.map((op, index) => [op.key, rvs[index]!]));
  return result.objects.map((object) => object && versioned(object, written));
}

function versioned(object: Resource, written: Map<string, number>): Resource {
  const rv = written.get(keyOf(kindByName(object.kind)!, object));
  return rv === undefined ? object : withVersion(object, rv);
}
