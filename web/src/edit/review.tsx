import type { Service } from '@spawnit/contract';
import { stringify } from 'yaml';
import { Button, FailureNotice, Notice } from '../ui/parts.js';
import { useAction } from '../ui/use-action.js';
import { declared, replace, type Verdict } from './replace.js';
import { TextDiff } from './text-diff.js';
import '../forms/forms.css';

interface Props {
  opened: Service;
  /** As it is now: it may have moved on since. */
  live: Service;
  draft: Service | undefined;
  verdict: Verdict;
  /** The form says something that no draft can hold. */
  flawed?: boolean;
  onSaved: (saved: Service) => void;
  /** Begins again with what is now. */
  onReset: () => void;
}

/** What a change comes to, what the server says to it, and the button that makes it. */
export function Review({ opened, live, draft, verdict: { failure, accepted, asking }, flawed = false, onSaved, onReset }: Props) {
  const { run, busy, error } = useAction(async () => {
    onSaved(await replace(draft!, opened));
  });
  const moved = (live.metadata.generation ?? 0) > (opened.metadata.generation ?? 0);
  // As after an answer that was lost; whoever made it, it is what was wanted.
  const stands = moved && !asking && accepted?.metadata.generation === live.metadata.generation;
  const before = textOf(opened);
  const after = draft ? textOf(accepted && !asking ? accepted : draft) : before;
  const changes = draft !== undefined && before !== after;
  const causes = failure?.details.causes ?? [];
  return (
    <aside className="stack beside" aria-label="What changes">
      <h2>What changes</h2>
      {stands && <Notice tone="good" title="It is as you want it: this change was made"><div><Button onPress={() => onSaved(live)}>Go on</Button></div></Notice>}
      {moved && !stands && !asking && <Notice tone="warn" title="It was changed meanwhile by somebody else"><div><Button onPress={onReset}>Begin again with what is now</Button></div></Notice>}
      {failure && <Notice tone="warn" title="The server would refuse this">{causes.length === 0 ? <p className="wrap">{failure.message}</p> : causes.map(({ field, message }) => <p key={`${field} ${message}`} className="wrap">{field && <span className="mono">{field}: </span>}{message}</p>)}</Notice>}
      <TextDiff before={before} after={after} label="Changes as YAML" />
      {error !== undefined && changes && !stands && <FailureNotice error={error} title="It was not saved" />}
      <div className="row">
        <Button kind="primary" isDisabled={busy || asking || !accepted || flawed || !changes || moved} onPress={() => void run()}>Save</Button>
        <Button isDisabled={busy || (!changes && !moved)} onPress={onReset}>Reset</Button>
        <span role="status" className="quiet">{flawed ? 'Not yet: see what is marked' : asking ? 'Asking the server …' : accepted && changes ? 'The server would take it' : ''}</span>
      </div>
      {changes && live.spec.approval === 'Manual' && <p className="quiet">Its plan waits for your approval before anything is changed.</p>}
    </aside>
  );
}

function textOf(service: Service): string {
  const { metadata, ...rest } = declared(service);
  const { resourceVersion: _version, ...named } = metadata;
  return stringify({ ...rest, metadata: named }, { sortMapEntries: true });
}
