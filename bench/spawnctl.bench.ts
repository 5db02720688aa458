import { checkout } from '@spawnit/local';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { aim, markdownTable, median, ms, percentile, type Report } from './figures.js';
import { benchStar, helloService } from './star.js';

const services = 5_000;
const runs = 20;
const own = join(checkout, 'packages', 'spawnctl');
const entry = join(own, 'bundle', 'src', 'main.js');

interface Timed {
  name: string;
  first: number[];
  whole: number[];
}

/** The command as its package has it: from the start of the process to its first word, and to its end. */
export async function spawnctlBench(): Promise<Report> {
  const { client, star, close } = await benchStar({ agents: 0, store: { driver: 'files' }, apiserverOnly: true });
  execFileSync(process.execPath, [join(own, 'pack', 'bundle.mjs')], { stdio: 'inherit' });
  try {
    await createAll((i) => client.services.create(helloService(`svc-${String(i).padStart(4, '0')}`, 20_000 + i)));
    const env = { ...process.env, KUBECONFIG: star.kubeconfig, NODE_OPTIONS: undefined, NODE_V8_COVERAGE: undefined };
    const rows: Timed[] = [];
    rows.push(await timed('bare Node (`node -e console.log()`)', ['-e', 'console.log()'], env));
    rows.push(await timed('`spawnctl version --client`', [entry, 'version', '--client'], env));
    rows.push(await timed(`\`spawnctl get services\` of ${services}, in pages of 500`, [entry, 'get', 'services'], env));
    rows.push(await timed(`the same at once (\`--chunk-size=0\`)`, [entry, 'get', 'services', '--chunk-size=0'], env));
    return report(rows);
  } finally {
    execFileSync(process.execPath, [join(own, 'pack', 'clean.mjs')]);
    await close();
  }
}

async function createAll(create: (i: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const work = async () => {
    while (next < services) await create(next++);
  };
  await Promise.all(Array.from({ length: 32 }, work));
}

async function timed(name: string, args: string[], env: NodeJS.ProcessEnv): Promise<Timed> {
  const first: number[] = [];
  const whole: number[] = [];
  await run(args, env);
  for (let i = 0; i < runs; i++) {
    const { toFirst, toEnd } = await run(args, env);
    first.push(toFirst);
    whole.push(toEnd);
  }
  return { name, first, whole };
}

async function run(args: string[], env: NodeJS.ProcessEnv): Promise<{ toFirst: number; toEnd: number }> {
  const began = performance.now();
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let toFirst = 0;
  child.stdout.on('data', () => (toFirst ||= performance.now() - began));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}`);
  return { toFirst, toEnd: performance.now() - began };
}

function report(rows: Timed[]): Report {
  const [node, version, list] = rows as [Timed, Timed, Timed];
  const cells = ({ name, first, whole }: Timed) => [name, ms(median(first)), ms(percentile(first, 0.9)), ms(median(whole)), ms(percentile(whole, 0.9))];
  return {
    title: 'spawnctl',
    command: 'npm run bench -- spawnctl',
    method: `${runs} runs each, as processes, from their start, by the bundle that is packed; against one apiserver with ${services} services in files, on the same machine.`,
    table: markdownTable(['what', 'first words, p50 ms', 'p90', 'end, p50 ms', 'p90'], rows.map(cells)),
    aims: [
      aim('`version --client` in ≤ 150 ms', median(version.whole), median(version.whole) <= 150, ' ms'),
      aim('the first page of 5,000 in ≤ 400 ms', median(list.first), median(list.first) <= 400, ' ms'),
      aim('starting adds ≤ 2 × of what bare Node takes', median(version.whole) / median(node.whole) - 1, median(version.whole) / median(node.whole) - 1 <= 2),
    ],
  };
}
