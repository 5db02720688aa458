import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Tool } from '../part/found.js';
import { MissingPart } from '../part/missing.js';
import type { Part } from '../part/part.js';
import { cachedProgram, pins } from '../part/pins.js';
import { run, tryRun } from '../ways/run.js';
import { atLeast, parseVersion } from '../ways/version.js';
import { firstWay } from '../ways/ways.js';

const { schemathesis, kubernetes, floor } = pins.pythonClients;
const mend = `install Python ${floor} or later with its venv module`;

/** Clients of the API from PyPI, for tests: schemathesis, and Kubernetes' own library. They stand in a virtual environment of their own. */
export const pythonClients: Part = {
  name: 'python-clients',
  find: cached,
  get: async (progress) => {
    const way = { title: `install schemathesis ${schemathesis} and kubernetes ${kubernetes} from PyPI`, closed: pythonClosed, take: install };
    const how = await firstWay('python-clients', [way], mend, progress);
    const tool = await cached();
    if (tool === undefined) throw new MissingPart('python-clients', 'was installed and can not be imported', mend);
    return { ...tool, how };
  },
};

async function cached(): Promise<Tool | undefined> {
  const path = cachedProgram['python-clients']();
  const works = existsSync(path) && (await tryRun(path, ['-c', 'import kubernetes, schemathesis'], { timeoutMs: 120_000 })) !== undefined;
  return works ? { name: 'python-clients', path, version: schemathesis, how: 'cached' } : undefined;
}

async function pythonClosed(): Promise<string | undefined> {
  const version = parseVersion((await tryRun('python3', ['--version'])) ?? '');
  if (version === undefined) return 'there is no python3 here';
  return atLeast(version, floor) ? undefined : `needs Python ${floor} or later, this is ${version}`;
}

async function install(): Promise<void> {
  const python = cachedProgram['python-clients']();
  await run('python3', ['-m', 'venv', '--clear', dirname(dirname(python))]);
  await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `schemathesis==${schemathesis}`, `kubernetes==${kubernetes}`]);
}
