import { tellUnaccounted } from './accounts.js';
import { decideDeletion } from './deletion.js';
import { finish, startDraft } from './draft.js';
import { decideLive, decideSuspended } from './live.js';
import type { Action, Observed } from './observed.js';
import { forgetOldJobs, forgetOldRevisions } from './retention.js';
import { settle } from './settle.js';

/**
 * What a service needs next. Pure: no clock, no I/O. Its answer is one commit; once that is done, asking again gives
 * nothing more to write until something else has changed. docs/states.md draws it.
 */
export function decide(observed: Observed): Action[] {
  const draft = startDraft(observed);
  settle(observed, draft);
  tellUnaccounted(observed, draft);
  if (observed.service.metadata.deletionTimestamp != null) decideDeletion(observed, draft);
  else if (observed.service.spec.suspend) decideSuspended(observed, draft);
  else decideLive(observed, draft);
  forgetOldJobs(observed, draft);
  forgetOldRevisions(observed, draft);
  return finish(observed, draft);
}
