import { nodeKind, type Service } from '@spawnit/contract';
import { toolPath } from '@spawnit/local';
import { startApiserver, tempDir, type Apiserver } from '@spawnit/testkit';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import t, { type Test } from 'tap';

/** What can't be tried like the rest, and why. */
const leftOut = {
  followEvents: 'never ends by itself',
  followChecks: 'never ends by itself',
  followSuspicions: 'never ends by itself',
  appendLog: 'any bytes are taken, whatever they are called',
  rotateRootKey: 'takes its token from the one who tries',
  retireRootKey: 'takes its token from the one who tries',
  deletecollectionTemplate: 'nothing could be made of any template afterwards',
  deletecollectionModule: 'nothing could be made of any template afterwards',
};

/** Things that there are, so that more than 404 is seen; and no stream, which would wait for its end. */
const settings = `[parameters]
"path.namespace" = "default"
"path.name" = "example"
"path.serial" = "current"
"path.node" = "example"
"path.service" = "example"
"query.watch" = false
"query.follow" = false
"query.continue" = ""
"query.resourceVersion" = "0"
`;

const checks = ['not_a_server_error', 'status_code_conformance', 'content_type_conformance', 'response_schema_conformance'];

t.test('whatever fits the document or just does not, sent to a living server, is answered as the document says, and never by a 500', { timeout: 600_000 }, async (t) => {
  const api = await startApiserver(t, { env: { SPAWNIT_RATE_LIMIT: '100000' } });
  const admin = api.client('admin');
  const { token } = await api.client('join').transport.json<{ token: string }>({ method: 'POST', path: '/agent/v1/join', body: { name: 'example' } });
  await admin.services.create({ apiVersion: 'spawnit.dev/v1', kind: 'Service', metadata: { name: 'example', namespace: 'default' }, spec: { template: 'docker-network' } } as Service);
  await admin.of(nodeKind).get('example', undefined);
  const { paths } = await admin.transport.json<{ paths: object }>({ method: 'GET', path: '/openapi/v3' });
  // Agents' first: the other tries delete the node. The small ones need a few seconds; a busy machine takes 20 before it sends anything.
  for (const path of Object.keys(paths).sort()) {
    const { code, output } = await tried(t, api, { path, token: path === 'agent/v1' ? token : api.token('admin'), seconds: path === 'apis/spawnit.dev/v1' ? 60 : 45 });
    t.equal(code, 0, `${path}: ${/Test cases:\n *(.*)/.exec(output)?.[1]}${code === 0 ? '' : output}`);
    t.match(output, /[1-9]\d* generated/, 'requests were made');
  }
  t.ok(api.program().running(), 'the server is still there');
});

async function tried(t: Test, api: Apiserver, { path, token, seconds }: { path: string; token: string; seconds: number }): Promise<{ code: number; output: string }> {
  const dir = tempDir(t);
  writeFileSync(join(dir, 'schemathesis.toml'), settings);
  const excluded = Object.keys(leftOut).flatMap((id) => ['--exclude-operation-id', id]);
  const bounds = ['--phases', 'examples,coverage,fuzzing', '--max-examples', '3', '--max-time', String(seconds), '--request-timeout', '20', '--generation-deterministic', '--no-shrink', '--continue-on-failure', '--no-color'];
  const args = ['--config-file', join(dir, 'schemathesis.toml'), 'run', `${api.url}/openapi/v3/${path}`, '--url', api.url, '--header', `Authorization: Bearer ${token}`, '--checks', checks.join(','), ...bounds, ...excluded];
  return new Promise((resolve) => {
    execFile(join(dirname(toolPath('python-clients')), 'schemathesis'), args, { cwd: dir, timeout: 540_000, maxBuffer: 64 * 1024 * 1024, env: { ...plainEnv(), PYTHONIOENCODING: 'utf8' } }, (error, stdout) => {
      const summary = stdout.includes('= FAILURES') ? shortened(stdout.slice(stdout.indexOf('= FAILURES'))) : shortened(stdout);
      resolve({ code: error ? Number(error.code ?? 1) : 0, output: summary });
    });
  });
}

/** A runner of tests that writes in colour says so to its children, and progress bars would drown what is read here. */
function plainEnv(): NodeJS.ProcessEnv {
  const { FORCE_COLOR: _colour, ...env } = process.env;
  return { ...env, NO_COLOR: '1', TERM: 'dumb' };
}

/** Lines as people can read them: a generated value can be of any length. */
function shortened(text: string): string {
  return text.split('\n').map((line) => line.slice(0, 200)).join('\n').slice(0, 20_000);
}
