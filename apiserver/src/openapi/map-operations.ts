/** Path → method → what the document says of it. */
export type Paths = Record<string, Record<string, Record<string, unknown>>>;

/** OpenAPI 3.0 has no words for methods of one's own; this is what 3.2's are called in it. */
export const otherMethods = 'x-oai-additionalOperations';

/** Every operation, changed; what a path has besides stays. */
export function mapOperations(paths: Paths, change: (method: string, operation: Record<string, unknown>) => Record<string, unknown>): Paths {
  const each = (item: Paths[string]): Paths[string] => Object.fromEntries(Object.entries(item).map(([method, of]) => [method, method === 'parameters' ? of : method === otherMethods ? each(of as Paths[string]) : change(method, of)]));
  return Object.fromEntries(Object.entries(paths).map(([path, item]) => [path, each(item)]));
}
