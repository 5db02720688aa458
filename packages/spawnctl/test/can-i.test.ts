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

await t.test('of two things that cannot both be meant, can-i guesses neither', async (t) => {
  const { session, asked } = standIn();
  const refused = (question: Parameters<typeof canI>[1], flags: Parameters<typeof canI>[2], message: RegExp) => t.rejects(canI(session, question, { quiet: true, ...flags }), { exit: 2, message }, JSON.stringify({ ...question, ...flags }));
  await refused({ verb: 'get', what: 'svc/web', name: 'db' }, {}, /both svc\/web and db are names/);
  await refused({ verb: 'delete', what: 'svc' }, { list: true }, /--list tells all rights/);
  await refused({ verb: 'get', what: '/metrics', name: 'web' }, {}, /\/metrics is a path/);
  await refused({ verb: 'get', what: '/metrics' }, { subresource: 'status' }, /\/metrics is a path/);
  await refused({ verb: 'get', what: 'svc', name: '' }, {}, /a name is empty/);
  await refused({ verb: 'get', what: 'svc/' }, {}, /a name is empty/);
  t.strictSame(asked, []);
  await canI(session, { verb: 'get', what: '/openapi/' }, { quiet: true });
  t.equal(asked.length, 1);
});
