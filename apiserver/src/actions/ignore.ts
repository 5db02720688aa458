import { describeIdentity, templateKind, type Template } from '@spawnit/contract';
import { find } from '../resources/records.js';
import type { Asked, Decide } from './action.js';
import { changeSpec } from './change-spec.js';
import { driftedField } from './drifted-field.js';

/** Calls these fields no drift from now on; they stay as they are until something else is applied. */
export const ignore: Decide<'drift/ignore'> = (asked) => {
  const { service, body, scope } = asked;
  const rules = body.fields.map((choice) => driftedField(service, choice)).map(({ resource, field }) => `${resource}.${field}`);
  const ignoreFields = [...new Set([...service.spec.drift.ignoreFields, ...rules])];
  const why = `Drift ignored: ${rules.join(', ')}`;
  return {
    ...changeSpec(asked, { ...service.spec, drift: { ...service.spec.drift, ignoreFields } }, why),
    warnings: ['the next apply for another reason sets these fields as declared'],
    next: bringsModule(asked) ? 'the template names another module by now, which comes with this generation: it is applied, and sets these fields as declared' : 'nothing is run: the fields are still shown, and no longer called drift',
    event: { reason: 'DriftIgnored', message: `${describeIdentity(scope.identity)}: ${why}.` },
  };
};

/** A change of nothing but policy is taken over without a run only while the module is the one that was applied. */
function bringsModule({ view, service: { spec, status } }: Asked<'drift/ignore'>): boolean {
  const now = find<Template>(view, templateKind, undefined, spec.template)?.spec.module;
  return now !== undefined && now !== status?.applied?.module;
}
