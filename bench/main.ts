import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { checkout } from '@spawnit/local';
import { api } from './api.bench.js';
import { controlPlane } from './control-plane.bench.js';
import { dashboard } from './dashboard.bench.js';
import { drift } from './drift.bench.js';
import { driftCheck } from './drift-check.bench.js';
import type { Report } from './figures.js';
import { provision } from './provision.bench.js';
import { ownSizes } from './sizes-asked.js';
import { spawnctlBench } from './spawnctl.bench.js';

const benches: Record<string, () => Promise<Report>> = { provision, 'drift-check': driftCheck, drift, api, 'control-plane': controlPlane, spawnctl: spawnctlBench, dashboard };
const page = join(checkout, 'docs', 'benchmarks.md');

// What is measured is the server, not how many requests it grants one caller.
process.env.SPAWNIT_RATE_LIMIT ??= '1000000';

const wanted = process.argv.slice(2);
if (wanted.some((name) => ['--help', '-h'].includes(name))) {
  console.log(`npm run bench -- [name …]\n\nMeasures, and writes docs/benchmarks.md: all, or some of ${Object.keys(benches).join(', ')}.`);
  process.exit(0);
}
const unknown = wanted.filter((name) => !Object.hasOwn(benches, name));
if (unknown.length > 0) {
  console.error(`✗ there is no benchmark called ${unknown.join(', ')}: there are ${Object.keys(benches).join(', ')}`);
  process.exit(2);
}

for (const name of wanted.length > 0 ? wanted : Object.keys(benches)) {
  console.error(`${name} …`);
  const text = section(await benches[name]!());
  console.log(text);
  if (!ownSizes) writeFileSync(page, withSection(readPage(), text));
}
if (ownSizes) console.error('docs/benchmarks.md is left as it is: the sizes were not the usual ones');

function section({ title, command, method, table, aims }: Report): string {
  const list = aims.map((line) => `- ${line}`).join('\n');
  return [`## ${title}`, `\`${command}\``, method, table, ...(list ? [list] : [])].join('\n\n');
}

/** Replaces the section of the same title, or adds it. */
function withSection(text: string, section: string): string {
  const title = section.split('\n')[0]!;
  const sections = text.split(/\n(?=## )/);
  const at = sections.findIndex((s) => s.startsWith(`${title}\n`));
  if (at < 0) sections.push(section);
  else sections[at] = section;
  return `${[head(), ...sections.slice(1)].map((s) => s.trimEnd()).join('\n\n')}\n`;
}

function head(): string {
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'CPU'}, ${Math.round(totalmem() / 2 ** 30)} GB`;
  return `# Benchmarks\n\nMade by \`npm run bench\`, all ways of a section side by side in one run on one machine (last: ${machine}, Node ${process.versions.node}): read the ratios, not the milliseconds.\n`;
}

function readPage(): string {
  try {
    return readFileSync(page, 'utf8');
  } catch {
    return head();
  }
}
