import t from 'tap';
import { parseTemplate } from '../../src/jsonpath/template.js';

const web = { metadata: { name: 'web', annotations: { 'example.org/why': 'because' } }, spec: { ports: [80, 443, 8080], on: true }, status: { conditions: [{ type: 'Ready', status: 'True' }, { type: 'Stalled', status: 'False' }] } };
const list = { kind: 'List', items: [web, { metadata: { name: 'db' }, spec: { ports: [] } }] };

await t.test('a template writes what kubectl writes', async (t) => {
  const cases: [string, unknown, string][] = [
    ['{.metadata.name}', web, 'web'],
    ['.metadata.name', web, 'web'],
    ['{.metadata.name}{"\\t"}{.spec.on}', web, 'web\ttrue'],
    ['name: {.metadata.name}!', web, 'name: web!'],
    ['{.spec.ports}', web, '[80,443,8080]'],
    ['{.spec.ports[0]} {.spec.ports[-1]}', web, '80 8080'],
    ['{.spec.ports[0:2]}', web, '80 443'],
    ['{.spec.ports[::2]}', web, '80 8080'],
    ['{.spec.ports[*]}', web, '80 443 8080'],
    ['{.spec.ports[0,2]}', web, '80 8080'],
    ['{.items[*].metadata.name}', list, 'web db'],
    ["{.items[*]['metadata.name', 'kind']}", list, ''],
    ['{range .items[*]}{.metadata.name}={.spec.ports[0]}{"\\n"}{end}', list, 'web=80\ndb=\n'],
    ['{.status.conditions[?(@.type=="Ready")].status}', web, 'True'],
    ["{.status.conditions[?(@.status!='True')].type}", web, 'Stalled'],
    ['{.items[?(@.spec.on)].metadata.name}', list, 'web'],
    ['{..name}', list, 'web db'],
    ['{.metadata.annotations.example\\.org/why}', web, 'because'],
    ["{.metadata.annotations['example\\.org/why']}", web, 'because'],
    ['{.nothing.here}', web, ''],
    ['{@.metadata.name}{$.kind}', { ...web, kind: 'S' }, 'webS'],
    ['{.status.conditions[?(@.type=="a]b}")]}', web, ''],
  ];
  for (const [template, value, text] of cases) t.equal(parseTemplate(template)(value), text, template);
});

await t.test('a template that is none is refused with what is wrong in it', async (t) => {
  const cases: [string, RegExp][] = [
    ['{.a', /is not closed/],
    ['{range .a}', /\{range\} without \{end\}/],
    ['x{end}', /\{end\} without \{range\}/],
    ['{.a[}', /a \[ has no \]/],
    ['{.a[x]}', /\[x\] is no index/],
    ['{.a[?(@.b==c)]}', /"c" is neither a path/],
  ];
  for (const [template, message] of cases) t.throws(() => parseTemplate(template), message, template);
});
