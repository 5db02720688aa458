import t from 'tap';
import { ApiError } from '../src/errors.js';
import { ModuleSpec } from '../src/kinds/module.js';
import { ServiceSpec } from '../src/kinds/service.js';
import { nearest } from '../src/nearest.js';
import { parseOrThrow } from '../src/validate.js';

function causesOf(input: unknown): Record<string, string> {
  try {
    parseOrThrow(ServiceSpec, input, { kind: 'Service', name: 'web', at: 'spec' });
    return {};
  } catch (error) {
    if (!ApiError.is(error, 'Invalid')) throw error;
    return Object.fromEntries((error.details.causes ?? []).map((c) => [c.field, c.message]));
  }
}

t.test('a spec with only a template gets every default', async (t) => {
  const spec = parseOrThrow(ServiceSpec, { template: 'redis' }, { kind: 'Service' });
  t.match(spec, { approval: 'Auto', suspend: false, drift: { policy: 'Flag', intervalSeconds: 10 }, placement: { nodeSelector: {} } });
});

t.test('an unknown field is refused with its path and the nearest known name, at any depth', async (t) => {
  const causes = causesOf({ template: 'redis', paramters: {}, drift: { polcy: 'Flag' } });
  t.match(causes['spec.paramters'], /did you mean "parameters"/);
  t.match(causes['spec.drift.polcy'], /did you mean "policy"/);
});

t.test('a word with no near neighbour gets no suggestion', async (t) => {
  t.equal(nearest('zzzzzz', ['policy', 'parameters']), undefined);
  t.equal(nearest('polcy', ['parameters', 'policy']), 'policy');
});

t.test('a wrong type, a missing field and a bad name are each named with what was given', async (t) => {
  const causes = causesOf({ template: 'Not A Label', drift: { intervalSeconds: 'soon' }, placement: { tolerations: [{}] } });
  t.match(causes['spec.template'], /DNS label.*got "Not A Label"/);
  t.match(causes['spec.drift.intervalSeconds'], /expected number.*got "soon"/);
  t.equal(causes['spec.placement.tolerations[0].key'], 'is required');
});

t.test('a module file may not leave its bundle', async (t) => {
  for (const path of ['../main.tf', 'a/../../b.tf', '/etc/passwd', 'a//b.tf', './a.tf', 'a/.', 'a\\b.tf', '..']) {
    t.throws(() => parseOrThrow(ModuleSpec, { files: { [path]: '' } }, { kind: 'Module' }), { code: 'Invalid' }, path);
  }
  t.doesNotThrow(() => parseOrThrow(ModuleSpec, { root: 'web', files: { 'web/main.tf': '', '.terraform.lock.hcl': '' } }, { kind: 'Module' }));
});
