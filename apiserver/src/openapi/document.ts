import { withExamples } from './examples.js';
import type { Operation } from './operations.js';
import { refusalResponses, statusName, withRefusals } from './refusals.js';
import { statusJsonSchema, type JsonSchema } from './schemas.js';

export interface OpenApiV3 {
  openapi: '3.0.0';
  info: { title: string; version: string; description: string };
  paths: Paths;
  components: { schemas: Record<string, JsonSchema>; responses: Record<string, unknown>; securitySchemes: Record<string, unknown> };
  security: unknown[];
}
export type Paths = Record<string, Record<string, Operation>>;

/** The paths as a whole OpenAPI 3.0 document: each with its refusals, and with an example of whatever is sent and answered. */
export function documentOf(version: string, description: string, paths: Paths, kinds: Record<string, JsonSchema> = {}): OpenApiV3 {
  const schemas = { ...kinds, [statusName]: statusJsonSchema() };
  return {
    openapi: '3.0.0',
    info: { title: 'SpawnIt', version, description },
    paths: withExamples(withRefusals(paths), schemas),
    components: { schemas, responses: refusalResponses(), securitySchemes: { token: { type: 'http', scheme: 'bearer' }, run: { type: 'http', scheme: 'basic' } } },
    security: [{ token: [] }],
  };
}
