import { adminPaths, ApiError, describeIdentity } from '@spawnit/contract';
import { assertAdmin } from '../auth/assert-admin.js';
import type { Part } from '../context.js';
import { serversBehind } from '../leases/members.js';
import { formatIn, formatKey, formats } from './log/format.js';

interface FormatAnswer {
  /** What is written now. */
  format: number;
  /** What this server could write. */
  newest: number;
}

/** The end of a rolling upgrade: from then on servers of the version before can't run, and whoever still does stops. */
export const formatPart: Part = (app, context) => {
  app.get(adminPaths.format, async (request): Promise<FormatAnswer> => {
    assertAdmin(request, 'the format of the store is');
    await context.registry.sync();
    return { format: formatIn(context.registry.view), newest: formats.newest };
  });
  app.post(adminPaths.format, async (request): Promise<FormatAnswer> => {
    assertAdmin(request, 'the format of the store is');
    await context.registry.write(describeIdentity(request.identity), (view) => {
      const behind = serversBehind(view, formats.newest);
      if (behind.length > 0) throw new ApiError('Conflict', `format ${formats.newest} is not known to ${behind.join(', ')}: upgrade or stop what runs there first`);
      return { ops: formatIn(view) < formats.newest ? [{ op: 'put', key: formatKey, value: { format: formats.newest } }] : [], result: undefined };
    });
    return { format: formatIn(context.registry.view), newest: formats.newest };
  });
};
