import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import t from 'tap';
import { entry } from './spawnctl.js';

const full = openSync('/dev/full', 'w');
t.teardown(() => closeSync(full));

function start(args: string[], stdio: StdioOptions): ChildProcess {
  return spawn(process.execPath, [entry, ...args], { stdio, env: { ...process.env, SPAWNIT_TOKEN: undefined, NODE_V8_COVERAGE: undefined, NODE_OPTIONS: undefined } });
}

async function ended(child: ChildProcess): Promise<unknown> {
  const [code] = (await once(child, 'exit')) as [unknown];
  return code;
}

await t.test('a result that cannot be written is an error', async (t) => {
  for (const args of [['api-resources'], ['--help']]) {
    const child = start(args, ['ignore', full, 'pipe']);
    const [code, said] = await Promise.all([ended(child), text(child.stderr!)]);
    t.match({ code, said }, { code: 1, said: /^error: can't write the result: ENOSPC/ }, args.join(' '));
  }
});

await t.test('a reader that has seen enough is none', async (t) => {
  const child = start(['--help'], ['ignore', 'pipe', 'pipe']);
  child.stdout!.destroy();
  const [code, said] = await Promise.all([ended(child), text(child.stderr!)]);
  t.strictSame({ code, said }, { code: 0, said: '' });
});

await t.test('a remark that cannot be written does not end what is done', async (t) => {
  const standIn = createServer((_request, answer) => void answer.writeHead(200, { warning: '299 - "mind this"' }).end('all of it'));
  standIn.listen(0, '127.0.0.1');
  await once(standIn, 'listening');
  t.teardown(() => standIn.close());
  const server = `http://127.0.0.1:${(standIn.address() as AddressInfo).port}`;
  const child = start(['get', '--raw', '/readyz', '--server', server], ['ignore', 'pipe', full]);
  const [code, shown] = await Promise.all([ended(child), text(child.stdout!)]);
  t.strictSame({ code, shown }, { code: 0, shown: 'all of it' });
});
