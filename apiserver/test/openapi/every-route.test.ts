import { tempDir } from '@spawnit/testkit';
import { join } from 'node:path';
import t from 'tap';
import { otherMethods } from '../../src/openapi/map-operations.js';
import { startPlane } from '../agent/plane.js';
import { routesOf } from '../routes.js';

type Part = { content?: Record<string, { example?: unknown; examples?: object }>; $ref?: string };
type Operation = { operationId: string; responses: Record<string, Part>; requestBody?: Part };
type Item = Record<string, Operation> & { [otherMethods]?: Record<string, Operation> };
interface Document {
  paths: Record<string, Item>;
}

const plane = await startPlane(t, { demoSocket: join(tempDir(t), 'socket') });
const { transport } = plane.as('admin');
const { paths: places } = await transport.json<{ paths: Record<string, { serverRelativeURL: string }> }>({ method: 'GET', path: '/openapi/v3' });
const documents = await Promise.all(Object.keys(places).map(async (name): Promise<[string, Document]> => [name, await transport.json<Document>({ method: 'GET', path: `/openapi/v3/${name}` })]));

/** `METHOD path` and the operation, whatever its holes are called. */
const documented = documents.flatMap(([, { paths }]) =>
  Object.entries(paths).flatMap(([path, { [otherMethods]: others = {}, parameters: _, ...item }]) => Object.entries({ ...item, ...others }).map(([method, operation]) => ({ route: `${method.toUpperCase()} ${unnamed(path)}`, operation }))),
);

function unnamed(path: string): string {
  return path.replace(/\{\w+\}/g, '{}');
}

/** As documents write it; the dashboard's files, each a route of its own, are one. */
function asDocumented(path: string): string {
  return unnamed(path.replace(/^\/ui\/assets\/.*/, '/ui/assets/{}').replace(/\*$/, '{}').replace(/:\w+/g, '{}'));
}

t.test('each route that the server has is in a document, and nothing else is', async (t) => {
  const registered = new Set(routesOf(plane.routes()).filter(({ method }) => method !== 'HEAD').map(({ method, path }) => `${method} ${asDocumented(path)}`));
  t.ok(registered.size > 150, `${registered.size} routes`);
  t.same(documented.map(({ route }) => route).filter((route) => !registered.has(route)), [], 'documented, but not there');
  t.same([...registered].filter((route) => !documented.some((each) => each.route === route)), [], 'there, but not documented');
  t.equal(new Set(documented.map(({ route }) => route)).size, documented.length, 'none twice');
});

t.test('each operation has a name of its own in its document, and an example of what is sent and of what is answered', async (t) => {
  for (const [name, document] of documents) {
    const ids = [...JSON.stringify(document.paths).matchAll(/"operationId":"(\w+)"/g)].map(([, id]) => id!);
    t.same(ids.filter((id, index) => ids.indexOf(id) !== index), [], name);
  }
  const told = (part: Part) => part.$ref !== undefined || Object.values(part.content ?? {}).every(({ example, examples }) => example !== undefined || Object.keys(examples ?? {}).length > 0);
  for (const { route, operation } of documented) t.ok([...Object.values(operation.responses), operation.requestBody ?? {}].every(told), route);
});
