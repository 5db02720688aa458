import t from 'tap';
import { loginCodeSeconds, LoginCodes } from '../../src/session/login-codes.js';
import { startPlane } from '../agent/plane.js';
import { randomBytes } from 'node:crypto';

t.test('a code signs a browser in once, and then nobody', async (t) => {
  const plane = await startPlane(t);
  const token = plane.context.tokens.mint({ role: 'admin', name: 'ada' });
  const asked = await fetch(`${plane.url}/session/codes`, { method: 'POST', headers: { authorization: `Bearer ${token}` } });
  const { code } = (await asked.json()) as { code: string };
  const signIn = (headers: Record<string, string>) => fetch(`${plane.url}/session`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify({ code }) });
  t.equal((await signIn({ origin: 'https://elsewhere.example' })).status, 403, 'another site can’t use it, nor use it up');
  const answer = await signIn({ origin: plane.url, 'sec-fetch-site': 'same-origin' });
  t.match(await answer.json(), { role: 'admin', name: 'ada' });
  t.match(answer.headers.get('set-cookie'), /HttpOnly; SameSite=Strict|SameSite=Strict; HttpOnly|HttpOnly/);
  const again = await signIn({ origin: plane.url, 'sec-fetch-site': 'same-origin' });
  t.equal(again.status, 401);
  t.match(((await again.json()) as { message: string }).message, /this link was used/);
});

t.test('only people get codes', async (t) => {
  const plane = await startPlane(t);
  const ask = async (headers: Record<string, string>) => (await fetch(`${plane.url}/session/codes`, { method: 'POST', headers })).status;
  t.equal(await ask({}), 401);
  t.equal(await ask({ authorization: `Bearer ${plane.context.tokens.mint({ role: 'reconciler', name: 'reconciler' })}` }), 403);
});

t.test('a code ends with its time, and the oldest make room for new ones', async (t) => {
  let now = 0;
  const codes = new LoginCodes({ monotonic: () => now, random: randomBytes });
  const early = codes.make('a');
  now = loginCodeSeconds * 1000;
  t.equal(codes.use(early), undefined, 'its time is over');
  const first = codes.make('b');
  for (let i = 0; i < 100; i++) codes.make('c');
  t.equal(codes.use(first), undefined);
  t.equal(codes.use('never-made'), undefined);
  const last = codes.make('d');
  now += loginCodeSeconds * 1000 - 1;
  t.equal(codes.use(last), 'd', 'till then it is good');
});
