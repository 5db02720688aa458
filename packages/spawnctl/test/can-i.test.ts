import t from 'tap';
import { canI } from '../src/commands/auth.js';
import type { Session } from '../src/session.js';

/** A stand-in for a server that says yes to all it is asked. */
function standIn(): { session: Session; asked: object[] } {
  const asked: object[] = [];
  const json = ({ body }: { body: { spec: { resourceAttributes: object } } }) => {
    asked.push(body.spec.resourceAttributes);
    return Promise.resolve({ status: { allowed: true } });
  };
  return { session: { client: { transport: { json } }, namespace: 'default', server: '' } as unknown as Session, asked };
}

await t.test('can-i asks of the kind in the group that is meant, and of none that there is not', async (t) => {
  const { session, asked } = standIn();
  for (const what of ['services', 'services.spawnit.dev', 'services.v1.spawnit.dev', 'svc/web']) await canI(session, { verb: 'get', what }, { quiet: true });
  t.strictSame(asked.map((each) => (each as { group: string }).group), Array(4).fill('spawnit.dev'));
  for (const what of ['services.apps', 'namespaces.spawnit.dev', 'pods']) await t.rejects(canI(session, { verb: 'get', what }, { quiet: true }), { exit: 2, message: `there is no kind "${what}"` }, what);
  t.equal(asked.length, 4);
});
