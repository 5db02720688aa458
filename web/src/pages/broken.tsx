import { PartMissing } from '../ui/late.js';
import { Button, FailureNotice } from '../ui/parts.js';

/** In place of a page, or a part of one, that could not be loaded or shown. */
export function Broken({ error }: { error: unknown }) {
  return (
    <>
      <h1>This page could not be shown</h1>
      <FailureNotice error={error} title={error instanceof PartMissing ? 'A part of it did not come' : 'Something in it failed'} />
      <div className="row"><Button kind="primary" onPress={() => window.location.reload()}>Load it again</Button></div>
    </>
  );
}
