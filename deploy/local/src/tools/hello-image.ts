import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inCache } from '../part/cache.js';
import type { Tool } from '../part/found.js';
import type { Part } from '../part/part.js';
import { helloImage } from '../part/pins.js';
import { aptClosed, aptUnpack } from '../ways/apt.js';
import { unreachable } from '../ways/download.js';
import { withScratch } from '../ways/place.js';
import { run, tryRun } from '../ways/run.js';
import { firstWay } from '../ways/ways.js';

const upstream = 'busybox:1.36';
const page = '<!doctype html>\n<title>hello</title>\n<h1>Hello from SpawnIt</h1>\n';

/**
 * A web server image of 2 to 4 MB that needs no pull: busybox' httpd on port
 * 8080 with one page. As process 1 it is deaf to SIGTERM, hence its stop signal.
 */
export const helloImagePart: Part = {
  name: 'hello-image',
  needs: ['docker-engine'],
  find: () => present('present'),
  get: async (progress) => {
    const ways = [
      { title: `build from ${upstream}`, closed: hubClosed, take: fromUpstream },
      { title: 'build from busybox-static', closed: busyboxClosed, take: fromDebian },
    ];
    const mend = `let the engine pull ${upstream}: docker pull ${upstream}`;
    return (await present(await firstWay('hello-image', ways, mend, progress)))!;
  },
};

/** The image's recipe, on a base that holds busybox or on none. */
export function dockerfile(base: 'scratch' | typeof upstream): string {
  const busybox = ['COPY busybox /bin/busybox', 'RUN ["/bin/busybox", "--install", "-s", "/bin"]'];
  return [
    `FROM ${base}`,
    ...(base === 'scratch' ? busybox : []),
    'COPY www /www',
    'EXPOSE 8080',
    'STOPSIGNAL SIGKILL',
    'CMD ["httpd", "-f", "-p", "8080", "-h", "/www"]\n',
  ].join('\n');
}

async function present(how: string): Promise<Tool | undefined> {
  const id = await tryRun('docker', ['image', 'inspect', '--format', '{{.Id}}', helloImage]);
  if (id === undefined) return undefined;
  return { name: 'hello-image', path: helloImage, version: id.trim().slice('sha256:'.length, 19), how };
}

async function hubClosed(): Promise<string | undefined> {
  if ((await tryRun('docker', ['image', 'inspect', upstream])) !== undefined) return undefined;
  return unreachable('https://registry-1.docker.io/v2/');
}

async function busyboxClosed(): Promise<string | undefined> {
  return installedBusybox() ? undefined : aptClosed();
}

async function fromUpstream(): Promise<void> {
  await build(upstream, async () => {});
}

async function fromDebian(): Promise<void> {
  await build('scratch', async (context) => {
    const to = join(context, 'busybox');
    const installed = installedBusybox();
    if (installed !== undefined) return copyFileSync(installed, to);
    await aptUnpack('busybox-static', async (root) => {
      const file = ['usr/bin/busybox', 'bin/busybox'].map((path) => join(root, path)).find((path) => existsSync(path));
      copyFileSync(file!, to);
    });
  });
}

/** The package's own, which is linked statically; plain `busybox` isn't. */
function installedBusybox(): string | undefined {
  if (!existsSync('/var/lib/dpkg/info/busybox-static.list')) return undefined;
  return ['/usr/bin/busybox', '/bin/busybox'].find((path) => existsSync(path));
}

async function build(base: Parameters<typeof dockerfile>[0], fill: (context: string) => Promise<void>): Promise<void> {
  await withScratch(inCache('work', 'hello-image'), async (context) => {
    mkdirSync(join(context, 'www'));
    writeFileSync(join(context, 'www', 'index.html'), page);
    writeFileSync(join(context, 'Dockerfile'), dockerfile(base));
    await fill(context);
    // The old builder needs no plug-in beside the docker client.
    const options = { env: { DOCKER_BUILDKIT: '0' }, timeoutMs: 180_000 };
    await run('docker', ['build', '--quiet', '--tag', helloImage, context], options);
  });
}
