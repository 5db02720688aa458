import { Button, FailureNotice } from '../ui/parts.js';
import { useAction } from '../ui/use-action.js';

/** Says what it has done, as nothing else shows it. */
export function CopyButton({ what, text }: { what: string; text: () => string }) {
  const { run, busy, error, done } = useAction(async () => {
    // Browsers have it on secure pages and on this machine only.
    if (!navigator.clipboard) throw new Error('This browser lets only pages of https copy: mark the text and copy it by hand.');
    await navigator.clipboard.writeText(text());
  });
  return (
    <>
      <Button isDisabled={busy} onPress={() => void run()}>Copy {what}</Button>
      <span role="status" className="quiet">{done ? 'Copied' : ''}</span>
      {error !== undefined && <FailureNotice error={error} title="It was not copied" />}
    </>
  );
}
