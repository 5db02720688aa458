import { apiVersionOf, kinds } from '@spawnit/contract';
import { columns } from '../output/columns.js';
import { print } from '../output/streams.js';

export function apiResources(): void {
  const rows = kinds.map((k) => [k.plural, k.shortNames.join(','), apiVersionOf(k), String(k.namespaced), k.kind]);
  print(columns([['NAME', 'SHORTNAMES', 'APIVERSION', 'NAMESPACED', 'KIND'], ...rows]));
}
