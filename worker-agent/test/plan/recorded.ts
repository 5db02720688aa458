import { readFileSync } from 'node:fs';
import { PlanJson } from '../../src/plan/plan-json.js';

/** A plan that real tofu and the real docker provider made; what is not about changes was left out. */
export function recordedPlan(name: string): PlanJson {
  return PlanJson.parse(JSON.parse(recordedText(name)));
}

export function recordedText(name: string): string {
  return readFileSync(new URL(`../../../test/fixtures/plans/${name}.json`, import.meta.url), 'utf8');
}
