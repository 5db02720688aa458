import { measureSize, type Size } from './control-plane/sizes.js';
import { aim, markdownTable, ms, type Report } from './figures.js';
import { sizesAsked } from './sizes-asked.js';

/** Services; `SPAWNIT_BENCH_SERVICES=100,1000` for fewer. */
const sizes = sizesAsked('SPAWNIT_BENCH_SERVICES', [100, 1_000, 10_000]);

/** One apiserver with ever more services: what it costs, and how fast it stays. */
export async function controlPlane(): Promise<Report> {
  const rows: Size[] = [];
  for (const size of sizes) rows.push(await measureSize(size));
  const last = rows.at(-1)!;
  return {
    title: 'A control plane of many services',
    command: 'npm run bench -- control-plane',
    method: [
      'One apiserver, the reconciler, the scheduler and 8 stand-ins for agents, which finish each job at once, on a real MinIO, all sharing the machine with the client.',
      'Filled: from the first POST until all services are Ready.',
      'List: pages of at most 500, as new as the request.',
      'Fan-out: from sending a write until the last of 500 watchers of all services has it.',
      'Mass change: a tenth of the services changed at once, until all are applied.',
      'Start: from kill -9 and a new process until it listens; from files with the same objects, copied.',
    ].join(' '),
    table: markdownTable(
      ['services', 'filled s', 'resident MB', 'list p99 ms', 'fan-out p99 ms', 'mass change: services', 's', 'start from MinIO s', 'start from files s'],
      rows.map((row) => [row.services, seconds(row.fillMs), row.residentMb.toFixed(0), ms(row.listP99), ms(row.fanOutP99), row.changed, seconds(row.massChangeMs), seconds(row.startMinioMs), seconds(row.startFilesMs)]),
    ),
    aims: [
      aim(`${last.services} services in ≤ 300 MB`, last.residentMb, last.residentMb <= 300, ' MB'),
      aim('a list of 500 in ≤ 50 ms (p99)', last.listP99, last.listP99 <= 50, ' ms'),
      aim('a write reaches 500 watchers in ≤ 100 ms (p99)', last.fanOutP99, last.fanOutP99 <= 100, ' ms'),
      aim('start from MinIO in ≤ 5 s', last.startMinioMs / 1000, last.startMinioMs <= 5_000, ' s'),
      aim('start from files in ≤ 5 s', last.startFilesMs / 1000, last.startFilesMs <= 5_000, ' s'),
    ],
  };
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(2);
}
