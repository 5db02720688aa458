import { startApiserver, waitFor } from '@spawnit/testkit';
import t from 'tap';

t.test('a request is found in the log by its id, the caller’s own or one that the answer tells', async (t) => {
  const api = await startApiserver(t);
  const send = (headers: Record<string, string>) => fetch(`${api.url}/apis/spawnit.dev/v1/namespaces/default/services/nobody`, { headers: { authorization: `Bearer ${api.token('admin')}`, ...headers } });
  const line = (id: string) => waitFor(() => api.program().lines.find((each) => each.includes(`"${id}"`)), { what: `a log line of request ${id}` });
  const own = await send({ 'x-request-id': 'ticket-4711/a' });
  t.equal(own.headers.get('x-request-id'), 'ticket-4711/a');
  t.match(JSON.parse(await line('ticket-4711/a')), { status: 404, method: 'GET', url: /services\/nobody/, msg: 'answered' });
  const given = (await send({ 'x-request-id': 'not fit\tfor a log' })).headers.get('x-request-id')!;
  t.match(given, /^[0-9a-f-]{36}$/, 'what is not fit for a log is replaced');
  t.match(JSON.parse(await line(given)), { status: 404 });
});
