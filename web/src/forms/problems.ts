import type { Failure } from '../api/failure.js';

const below = 'spec.parameters.';
const nameField = 'metadata.name';

/** What the server said of each parameter, by its path in the form. */
export function problemsOf(failure: Failure | undefined): Map<string, string> {
  const causes = failure?.details.causes ?? [];
  return new Map(causes.filter(({ field }) => field?.startsWith(below)).map(({ field, message }) => [field!.slice(below.length), message]));
}

/** What it said of the name; a name that is taken is said in a message alone. */
export function nameProblem(failure: Failure | undefined): string | undefined {
  if (failure?.details.reason === 'AlreadyExists') return failure.message;
  return failure?.details.causes?.find(({ field }) => field === nameField)?.message;
}

/** What it said of anything else. */
export function otherProblems(failure: Failure | undefined): string[] {
  if (!failure || failure.details.reason === 'AlreadyExists') return [];
  const causes = failure.details.causes ?? [];
  const others = causes.filter(({ field }) => !field?.startsWith(below) && field !== nameField).map(({ field, message }) => (field ? `${field}: ${message}` : message));
  return causes.length === 0 ? [failure.message] : others;
}
