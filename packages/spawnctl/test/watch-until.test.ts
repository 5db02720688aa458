import { once } from 'node:events';
import { namespaceKind, type Resource } from '@spawnit/contract';
import t from 'tap';
import { endOf, watchUntil } from '../src/commands/watch-until.js';
import type { Session } from '../src/session.js';

const home: Resource = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'home' } };

/** A stand-in for a server: a list is answered, a watch tells nothing until it is ended. */
function standIn(items: Resource[]): Session {
  const resources = {
    list: () => Promise.resolve({ items }),
    async *follow({ signal }: { signal: AbortSignal }) {
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
      yield* [];
    },
  };
  return { client: { of: () => resources }, namespace: 'default', server: '' } as unknown as Session;
}

// The timers of signals keep no process alive.
const keepAlive = setInterval(() => undefined, 60_000);
t.teardown(() => clearInterval(keepAlive));

const waitIn = (session: Session, timeoutSeconds: number) => watchUntil({ session, ref: { kind: namespaceKind, name: 'home' }, timeoutSeconds, what: 'it' }, (object) => object?.metadata.name);

await t.test('without any time it is looked at once', async (t) => {
  t.equal(await waitIn(standIn([home]), 0), 'home');
  await t.rejects(waitIn(standIn([]), 0), { exit: 124, message: 'waited 0 s for it; it does not exist' });
});

await t.test('a state that was never seen is told as that', async (t) => {
  await t.rejects(waitIn(standIn([home]), 0.001), { exit: 124, message: 'waited 0.001 s for it; it was not looked at yet' });
});

await t.test('a wait of months does not end at once', async (t) => {
  const warnings: string[] = [];
  const listen = ({ name }: Error) => warnings.push(name);
  process.on('warning', listen);
  t.teardown(() => process.off('warning', listen));
  const signals = [endOf(30 * 86_400), endOf(3650 * 86_400)];
  // A timer that is too long becomes one of 1 ms: it has fired when one that began later has.
  await once(endOf(0.005), 'abort');
  t.strictSame(signals.map(({ aborted }) => aborted), [false, false]);
  t.strictSame(warnings, []);
});
