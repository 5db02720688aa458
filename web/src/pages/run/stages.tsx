import type { Job } from '@spawnit/contract';
import { ageText, useNow } from '../../live/clock.js';
import { useOne } from '../../live/store.js';
import { Badge } from '../../ui/parts.js';
import type { Tone } from '../../ui/tone.js';
import { stagesOf, type Stage } from './stage-list.js';

const tones: Record<Stage['state'], Tone> = { done: 'good', now: 'wait', waits: 'wait', failed: 'bad' };
const words: Record<Stage['state'], string> = { done: '', now: ' (now)', waits: ' (to come)', failed: ' (ended here)' };

/** queued → init → plan → approve → apply → verify, with how long each took. */
export function Stages({ job }: { job: Job }) {
  const now = useNow();
  const service = useOne('services', job.spec.service, job.metadata.namespace);
  const waits = job.status?.stages === undefined && job.status?.message;
  return (
    <>
      <ol className="stages" aria-label="Stages">
        {stagesOf(job, service, now).map(({ name, state, took }) => (
          <li key={name} data-state={state}><Badge tone={tones[state]}>{name}{words[state]}</Badge> {took !== undefined && <span className="quiet">{durationText(took)}</span>}</li>
        ))}
      </ol>
      {waits && <p className="quiet">{waits}</p>}
    </>
  );
}

function durationText(ms: number): string {
  return ms < 9_950 ? `${(ms / 1000).toFixed(1)} s` : ageText(ms);
}
