import { describeIdentity } from '@spawnit/contract';
import type { Decide } from './action.js';
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
    next: 'nothing is run: the fields are still shown, and no longer called drift',
    event: { reason: 'DriftIgnored', message: `${describeIdentity(scope.identity)}: ${why}.` },
  };
};
