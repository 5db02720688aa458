import { apiVersionOf, kinds } from '@spawnit/contract';
import { CommandError, exits } from '../exit.js';
import { columns } from '../output/columns.js';
import { kindName } from '../output/format.js';
import { print } from '../output/streams.js';
import type { Session } from '../session.js';

export function apiResources({ output, headers }: { output?: string; headers: boolean }): void {
  if (output !== undefined && output !== 'name') throw new CommandError(exits.usage, `--output must be name (got ${output})`);
  if (output === 'name') return print(kinds.map((kind) => kindName({ ...kind, singular: kind.plural })).join('\n'));
  const rows = kinds.map((k) => [k.plural, k.shortNames.join(','), apiVersionOf(k), String(k.namespaced), k.kind]);
  print(columns([...(headers ? [['NAME', 'SHORTNAMES', 'APIVERSION', 'NAMESPACED', 'KIND']] : []), ...rows]));
}

export async function apiVersions({ client }: Session): Promise<void> {
  const [core, groups] = await Promise.all([client.transport.json<{ versions: string[] }>({ path: '/api' }), client.transport.json<{ groups: { versions: { groupVersion: string }[] }[] }>({ path: '/apis' })]);
  print([...groups.groups.flatMap(({ versions }) => versions.map(({ groupVersion }) => groupVersion)), ...core.versions].sort().join('\n'));
}
