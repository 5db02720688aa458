import { send } from '../api/call.js';
import { Button, FailureNotice } from '../ui/parts.js';
import { useAction } from '../ui/use-action.js';

/** Asks as the page does: a plain link would lack the page's half of the session. */
export function DownloadButton({ path, name }: { path: string; name: string }) {
  const { run, busy, error } = useAction(async () => {
    const address = URL.createObjectURL(await (await send(path)).blob());
    Object.assign(document.createElement('a'), { href: address, download: name }).click();
    URL.revokeObjectURL(address);
  });
  return (
    <>
      <Button isDisabled={busy} onPress={() => void run()}>Download</Button>
      {error !== undefined && <FailureNotice error={error} title="The log could not be downloaded" />}
    </>
  );
}
