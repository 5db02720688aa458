import t from 'tap';
import { goTo, openDashboard } from './browser.js';
import { pagesWith } from './pages.js';
import { openServer } from './server.js';

t.test('pages ask nobody but their own server, and a token stands in no address and in nothing that scripts can read', { timeout: 600_000 }, async (t) => {
  const server = await openServer(t);
  const { page, complaints } = await openDashboard(t, server);
  const { server: origin, adminToken } = server.star;
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  for (const { path } of pagesWith({ namespace: 'default', service: 'nobody', job: 'nobody', template: 'redis' })) {
    await goTo(page, origin + path);
    await page.locator('main h1').first().waitFor();
  }
  t.ok(asked.length > 20, `${asked.length} requests`);
  t.same(asked.filter((url) => !url.startsWith(`${origin}/`) && !url.startsWith('data:')), [], 'no third party');
  t.same(asked.filter((url) => url.includes(adminToken.slice(0, 40))), [], 'no address has the token');
  const readable = await page.evaluate<string>('JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, document.documentElement.outerHTML])');
  t.notOk(readable.includes(adminToken.slice(0, 40)), 'nor storage, cookies or the document');
  const [cookie] = await page.context().cookies();
  t.match(cookie, { httpOnly: true, sameSite: 'Strict' });
  t.notOk(cookie!.value.includes(adminToken.slice(0, 40)), 'nor does the cookie, which every port of this host is sent');
  t.same(complaints, []);
});

t.test('the browser runs no script and takes no style that the server did not send as its own', { timeout: 600_000 }, async (t) => {
  const server = await openServer(t);
  const { page } = await openDashboard(t, server);
  const attempts: Record<string, string> = {
    'an inline script': `const script = document.createElement('script'); script.append('window.ran_ = true'); document.body.append(script)`,
    'a handler in markup': `document.body.setAttribute('onclick', 'window.ran_ = true'); document.body.click()`,
    'HTML as text': `try { document.body.lastElementChild.innerHTML = '<img src=x onerror="window.ran_ = true">' } catch {}`,
    'a style without the nonce': `const style = document.createElement('style'); style.append('body { --ran: 1 }'); document.head.append(style)`,
  };
  for (const [what, script] of Object.entries(attempts)) {
    await page.evaluate(`(() => { ${script} })()`).catch(() => undefined);
    t.equal(await page.evaluate('window.ran_ ?? getComputedStyle(document.body).getPropertyValue("--ran")'), '', what);
  }
  const foreign = await page.evaluate<string>(`fetch('https://example.org/').then(() => 'answered', (error) => error.name)`);
  t.equal(foreign, 'TypeError', 'nothing is asked of another server');
});

t.test('no other page may frame the dashboard', { timeout: 600_000 }, async (t) => {
  const server = await openServer(t);
  const answer = await fetch(`${server.star.server}/ui/`);
  t.match(answer.headers.get('content-security-policy'), /frame-ancestors 'none'/);
  t.match(answer.headers.get('content-security-policy'), /require-trusted-types-for 'script'/);
  t.equal(answer.headers.get('cross-origin-opener-policy'), 'same-origin');
});
