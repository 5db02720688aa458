import { startDemo, type Demo } from '../demo/demo.js';
import { engineHost } from '../engine/state.js';
import { toolPath } from '../part/found.js';
import { MissingParts } from '../part/missing.js';
import { agentsNotReady } from '../star/agents-ready.js';
import { provisionHello } from '../star/hello.js';
import { loginLink } from '../star/login-link.js';
import { startStarMinio } from '../star/minio.js';
import { readStartOptions, startHelp, UsageError, type StartOptions } from '../star/options.js';
import { isFree, listenerOn, nextFreePort } from '../star/port.js';
import { kubeconfigFile, tokenFile, type AgentPlan, type StoreChoice } from '../star/programs.js';
import { holdDataDir } from '../star/single.js';
import { Star } from '../star/star.js';
import { ensureProviders } from '../tools/docker-provider.js';
import { ensureTools } from '../tools/ensure.js';

const say = (line = '') => process.stdout.write(`${line}\n`);
const helloWithinMs = 120_000;
const agentsWithinMs = 15_000;

/** `npm start`: gets what is needed, starts the star, makes `hello`, tells where everything is, and stays until it is stopped. */
export async function main(args: string[]): Promise<number> {
  try {
    const options = readStartOptions(args);
    if (options === 'help') {
      say(startHelp);
      return 0;
    }
    return await run(options);
  } catch (error) {
    process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
    if (error instanceof UsageError) process.stderr.write(`\n${startHelp}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
}

async function run(options: StartOptions): Promise<number> {
  const port = await choosePort(options);
  const release = holdDataDir(options.dataDir);
  const asked = stopSignal();
  const closers: (() => unknown)[] = [release];
  try {
    await getParts(options);
    const { store, stop } = await chooseStore(options);
    closers.unshift(stop);
    const demo = await startDemo();
    closers.unshift(() => demo.stop());
    const star = await makeStar(options, port, store, demo);
    closers.unshift(() => star.stop());
    await star.start();
    await agents(star, options, asked);
    tell(star, options, await loginLink(star.server, star.adminToken));
    if (options.hello) await Promise.race([hello(star), asked]);
    await asked;
    say('\nStopping; what was provisioned goes on running.');
    return 0;
  } finally {
    for (const close of closers) await close();
  }
}

async function choosePort({ port, portGiven }: StartOptions): Promise<number> {
  if (await isFree(port)) return port;
  const holder = listenerOn(port) ?? 'another process';
  if (portGiven) throw new Error(`port ${port} is in use by ${holder}; stop it, or choose another with --port`);
  const next = await nextFreePort(port + 1);
  say(`Port ${port} is in use by ${holder}; taking ${next}.`);
  return next;
}

async function getParts({ store, hello }: StartOptions): Promise<void> {
  const wanted = ['opentofu', 'docker-provider', 'docker-engine', ...(hello ? ['hello-image'] : []), ...(store === 'minio' ? ['minio'] : [])] as Parameters<typeof ensureTools>[0];
  try {
    await ensureTools(wanted);
  } catch (error) {
    if (error instanceof MissingParts) throw new Error(`The star can't start yet:\n${error.message}`, { cause: error });
    throw error;
  }
}

async function chooseStore({ store, dataDir }: StartOptions): Promise<{ store: StoreChoice; stop: () => Promise<void> }> {
  if (store === 'minio') return startStarMinio(dataDir);
  return { store: { driver: 'files' }, stop: async () => undefined };
}

async function makeStar(options: StartOptions, port: number, store: StoreChoice, demo: Demo): Promise<Star> {
  const { cliConfigFile } = await ensureProviders();
  const dockerHost = engineHost();
  const agents: AgentPlan[] = Array.from({ length: options.agents }, (_, i) => ({ name: `agent-${i + 1}`, dockerHost }));
  const tofu = { path: toolPath('opentofu'), cliConfig: cliConfigFile };
  const star = new Star({ dataDir: options.dataDir, port, store, agents, tofu, apiserverEnv: { SPAWNIT_DEMO_SOCKET: demo.socket }, supervise: true, log: say });
  demo.serve(star);
  return star;
}

/** A node is new when its agent has joined and spoken: before that nothing can be placed. A node that was there before may be Ready still. */
async function agents(star: Star, { agents: count, dataDir }: StartOptions, asked: Promise<void>): Promise<void> {
  let stopped = false;
  void asked.then(() => (stopped = true));
  const names = Array.from({ length: count }, (_, i) => `agent-${i + 1}`);
  const missing = await agentsNotReady(star.server, star.adminToken, names, agentsWithinMs, () => stopped);
  if (missing.length > 0 && !stopped) say(`  not ready after ${agentsWithinMs / 1000} s: ${missing.join(', ')}; see ${dataDir}/logs`);
}

function tell(star: Star, { dataDir, agents, store }: StartOptions, login: string): void {
  const kubeconfig = kubeconfigFile(dataDir);
  say(`
✓ The star is up: apiserver, reconciler, scheduler, drift-controller, ${agents} agents; records in ${store === 'minio' ? 'MinIO' : 'files'}.

  Open        ${login}
              (signs you in, once, within 10 minutes)
  Dashboard   ${star.server}/ui/   (or with the token in ${tokenFile(dataDir, 'admin')})
  API         ${star.server}   (discovery at /apis, OpenAPI at /openapi/v3)
  kubeconfig  ${kubeconfig}
  try         export KUBECONFIG=${kubeconfig}
              npx spawnctl get services     (kubectl get services works, too)
  logs        ${dataDir}/logs
  Ctrl-C      stops the star; services go on running
`);
}

async function hello(star: Star): Promise<void> {
  const onPhase = (phase: string, message: string) => say(`  hello  ${phase}${message ? `: ${message}` : ''}`);
  const url = await provisionHello({ server: star.server, token: star.adminToken, withinMs: helloWithinMs, onPhase });
  if (url) say(`\n✓ hello answers at ${url}\n`);
  else say('\n✗ hello does not answer yet; see `npx spawnctl describe service hello`\n');
}

/** Settles at the first SIGINT or SIGTERM; a second one ends at once. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let seen = false;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        if (seen) process.exit(130);
        seen = true;
        resolve();
      });
    }
  });
}
