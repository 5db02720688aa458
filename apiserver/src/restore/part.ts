import { adminPaths, describeIdentity, HistoryQuery, parseOrThrow, RestoreRequest } from '@spawnit/contract';
import { assertAdmin } from '../auth/assert-admin.js';
import type { Part } from '../context.js';
import { readQuery } from '../http/query.js';
import { storeFailure } from '../store-failure.js';
import { historyOf } from './history.js';
import { cameBack, cameBackKey } from './record.js';
import { restore } from './restore.js';

/** Going back to an earlier point of the log. */
export const restorePart: Part = (app, context) => {
  app.post(adminPaths.restore, async (request) => {
    assertAdmin(request, 'a restore is');
    const wanted = parseOrThrow(RestoreRequest, request.body, { kind: 'RestoreRequest' });
    return restore(context, request.identity, request.id, wanted).catch((error: unknown) => {
      throw storeFailure(error);
    });
  });
  app.get(adminPaths.history, async (request) => {
    assertAdmin(request, 'a restore is');
    return historyOf(context, readQuery(HistoryQuery, request.query));
  });
  app.post(adminPaths.sweepUnknown, async (request) => {
    assertAdmin(request, 'a restore is');
    const { result } = await context.registry.write(describeIdentity(request.identity), (view) => {
      const from = cameBack(view);
      return { ops: from?.keepUnknown ? [{ op: 'put', key: cameBackKey, value: { ...from, keepUnknown: false } }] : [], result: { changed: from?.keepUnknown === true } };
    });
    return result;
  });
};
