import { docker, freePort } from '@spawnit/testkit';
import { helloImage } from '@spawnit/local';
import { loadavg } from 'node:os';
import { answering } from './engine.js';
import { aim, markdownTable, median, ms, percentile, type Report, type Row } from './figures.js';
import { rawTofu } from './raw-tofu.js';
import { benchStar, helloService, untilGone, untilPhase } from './star.js';

const rounds = 7;

/** From asking to the first answer over HTTP: a POST, tofu by hand on the same module, and docker run; one of each per round. */
export async function provision(): Promise<Report> {
  const { client, close } = await benchStar({ agents: 2 });
  const rows: Row[] = ['POST → answering', 'raw tofu init && apply → answering', 'docker run → answering'].map((name) => ({ name, samples: [] }));
  try {
    await byPost(client, 'warm-up');
    for (let round = 0; round < rounds; round++) {
      rows[0]!.samples.push(await byPost(client, `bench-${round}`));
      rows[1]!.samples.push(await byTofu(`raw-${round}`));
      rows[2]!.samples.push(await byDocker(`run-${round}`));
    }
  } finally {
    await close();
  }
  return report(rows);
}

async function byPost(client: Awaited<ReturnType<typeof benchStar>>['client'], name: string): Promise<number> {
  const port = await freePort();
  const began = performance.now();
  await client.services.create(helloService(name, port));
  await answering(name, port);
  const took = performance.now() - began;
  await untilPhase(client, name, 'Ready');
  await untilGone(client, name);
  return took;
}

async function byTofu(name: string): Promise<number> {
  const port = await freePort();
  const raw = await rawTofu(name, port);
  try {
    const began = performance.now();
    const applied = raw.init().then(() => raw.apply());
    await Promise.race([answering(name, port), applied.then(() => answering(name, port))]);
    const took = performance.now() - began;
    await applied;
    await raw.destroy();
    return took;
  } finally {
    await raw.remove();
  }
}

async function byDocker(name: string): Promise<number> {
  const port = await freePort();
  const began = performance.now();
  const started = docker(['run', '--detach', '--name', name, '--label', `spawnit.dev/service=${name}`, '--publish', `127.0.0.1:${port}:8080`, helloImage]);
  await Promise.race([answering(name, port), started.then(() => answering(name, port))]);
  const took = performance.now() - began;
  await started;
  await docker(['rm', '--force', '--volumes', name]);
  return took;
}

function report(rows: Row[]): Report {
  const raw = median(rows[1]!.samples);
  const ratio = median(rows[0]!.samples) / raw;
  return {
    title: 'From asking to answering',
    command: 'npm run bench -- provision',
    method: `${rounds} rounds, one of each way per round; the same container, module and engine. The port is asked once the container runs. Load of the machine at the end, all that ran on it: ${loadavg()[0]!.toFixed(1)}.`,
    table: markdownTable(['way', 'p50 ms', 'max ms', '× raw tofu'], rows.map((r) => [r.name, ms(median(r.samples)), ms(percentile(r.samples, 1)), (median(r.samples) / raw).toFixed(2)])),
    aims: [aim('POST → answering ≤ 0.75 × raw tofu', ratio, ratio <= 0.75)],
  };
}
