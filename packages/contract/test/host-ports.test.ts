import t from 'tap';
import { hostPorts, type ParameterSchema } from '../src/index.js';

const port = { type: 'integer', 'x-host-port': true };
const schema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    port,
    plain: { type: 'integer' },
    ports: { type: 'array', items: { type: 'object', properties: { internal: { type: 'integer' }, external: port } } },
    named: { type: 'object', additionalProperties: port },
  },
} satisfies ParameterSchema;

t.test('finds marked ports at the top, in arrays and in maps, with their paths', async (t) => {
  const found = hostPorts(schema, { port: 80, plain: 81, ports: [{ internal: 1, external: 82 }, { internal: 2 }], named: { a: 83 } });
  t.strictSame(found, [
    { port: 80, field: 'port' },
    { port: 82, field: 'ports[0].external' },
    { port: 83, field: 'named.a' },
  ]);
});

t.test('asks for nothing where values are absent, unmarked, of another type or named like prototype members', async (t) => {
  t.strictSame(hostPorts(schema, {}), []);
  t.strictSame(hostPorts(schema, { port: '80', ports: 'no', constructor: 5, named: null }), []);
});
