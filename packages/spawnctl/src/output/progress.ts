import { condition, type Condition, type Resource, type Service } from '@spawnit/contract';

/** How far a resource is, in one line: its phase, and why it is not further. Undefined when it says nothing of it. */
export function progressOf(object: Resource): string | undefined {
  const status = object.status as { phase?: string; conditions?: Condition[] } | undefined;
  const why = whyNot(object);
  if (status?.phase === undefined && why === undefined) return object.kind === 'Service' ? 'Pending' : undefined;
  return [status?.phase, why && `${why.reason === status?.phase ? '' : `${why.reason}: `}${why.message}`].filter(Boolean).join(' · ');
}

/** Tells each step of one resource's progress once. A failure that comes again is not spelt out again. */
export function progressTeller(tell: (progress: string) => void): (object: Resource) => void {
  const failures = new Set<string>();
  let told: string | undefined;
  return (object) => {
    const progress = progressOf(object);
    if (progress === undefined || progress === told) return;
    told = progress;
    const failure = failureOf(object as Service);
    tell(failure !== undefined && failures.has(failure.why) ? failure.again : progress);
    if (failure) failures.add(failure.why);
  };
}

/** Why it failed, apart from when it is tried again. */
function failureOf(service: Service): { why: string; again: string } | undefined {
  const { phase, retries } = service.status ?? {};
  const ready = condition(service, 'Ready');
  if (phase !== 'Failed' || !retries || !ready?.message) return undefined;
  return { why: ready.message.replace(/ Attempt \d+ starts at \S+$/, ''), again: `Failed · ${ready.reason} again. Attempt ${retries.count + 1} starts at ${retries.nextAttemptTime}.` };
}

/** The condition that says most: what holds it up for good, what keeps it from a node, what it is doing, why it isn't ready. */
function whyNot(object: Resource): Condition | undefined {
  const of = object as Service;
  const is = (type: string, status: string) => [condition(of, type)].find((c) => c?.status === status);
  const found = is('Stalled', 'True') ?? is('Scheduled', 'False') ?? is('Ready', 'False') ?? is('Progressing', 'True') ?? is('Ready', 'Unknown') ?? is('Drained', 'False');
  return found?.message ? found : undefined;
}
