import { adminPaths, ApiError, parseOrThrow, RestoreRequest } from '@spawnit/contract';
import type { Part } from '../context.js';
import { storeFailure } from '../store-failure.js';
import { restore } from './restore.js';

/** Going back to an earlier point of the log. */
export const restorePart: Part = (app, context) => {
  app.post(adminPaths.restore, async (request) => {
    if (request.identity.role !== 'admin') throw new ApiError('Forbidden', 'a restore is for admins');
    const wanted = parseOrThrow(RestoreRequest, request.body, { kind: 'RestoreRequest' });
    return restore(context, request.identity, request.id, wanted).catch((error: unknown) => {
      throw storeFailure(error);
    });
  });
};
