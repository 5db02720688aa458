import { ApiError } from '@spawnit/contract';

/** The media type alone, of a header: its case says nothing. */
export function mediaTypeOf(header: string | undefined): string {
  return (header ?? '').split(';')[0]!.trim().toLowerCase();
}

/** In which form an answer is wanted: whole objects, a Table, or only metadata; the latter two of meta.k8s.io/`version`. */
export type Form = { as: 'Object' } | { as: 'Table' | 'PartialObjectMetadata' | 'PartialObjectMetadataList'; version: string };

const offered = ['Table', 'PartialObjectMetadata', 'PartialObjectMetadataList'] as const;

/** The first form of the Accept header that there is. Throws NotAcceptable when there is none. */
export function formOf(accept: string | undefined): Form {
  if (accept === undefined || accept.trim() === '') return { as: 'Object' };
  for (const range of accept.split(',')) {
    const form = formIn(range);
    if (form) return form;
  }
  throw new ApiError('NotAcceptable', `the answer can be had as application/json or application/yaml only, and ${JSON.stringify(accept.slice(0, 200))} was asked for`);
}

export const yamlType = 'application/yaml';

/** Whether YAML is asked for before JSON. */
export function wantsYaml(accept: string | undefined): boolean {
  const types = (accept ?? '').split(',').map(mediaTypeOf);
  return types.find((type) => [yamlType, 'application/json', 'application/*', '*/*'].includes(type)) === yamlType;
}

function formIn(range: string): Form | undefined {
  const [type, ...rest] = range.split(';').map((part) => part.trim());
  if (type!.toLowerCase() === yamlType) return { as: 'Object' };
  if (!['application/json', 'application/*', '*/*'].includes(type!.toLowerCase())) return undefined;
  const parameters = new Map(rest.map((part) => part.split('=', 2) as [string, string]));
  const as = parameters.get('as');
  if (as === undefined) return { as: 'Object' };
  const version = parameters.get('v') ?? 'v1';
  const known = offered.find((each) => each === as);
  return known && parameters.get('g') === 'meta.k8s.io' && ['v1', 'v1beta1'].includes(version) ? { as: known, version } : undefined;
}
