import { ApiError, errorTable, type ErrorCode } from '@spawnit/contract';
import { mapOperations, type Paths } from './map-operations.js';
import { ref } from './operations.js';

export const statusName = 'io.k8s.apimachinery.pkg.apis.meta.v1.Status';

const codes = Object.keys(errorTable) as ErrorCode[];
/** Of methods that there are not, and of the routes of states alone, which say so themselves. */
const elsewhere: readonly ErrorCode[] = ['MethodNotAllowed', 'StateLocked'];
/** What only a body, or a change, can be refused for. */
const ofWrites: readonly ErrorCode[] = ['AlreadyExists', 'Conflict', 'EpochPassed', 'NotLeader', 'PayloadTooLarge', 'UnsupportedMediaType', 'Invalid'];

/** Every refusal by its status, with an example of each code that has it. */
export function refusalResponses(): Record<string, unknown> {
  const statuses = new Set(codes.map((code) => errorTable[code].status));
  return Object.fromEntries([...statuses].map((status) => [nameOf(status), responseOf(codes.filter((code) => errorTable[code].status === status))]));
}

function responseOf(of: ErrorCode[]): unknown {
  const examples = Object.fromEntries(of.map((code) => [code, { summary: errorTable[code].meaning, value: new ApiError(code, errorTable[code].meaning).toStatus() }]));
  return { description: of.map((code) => errorTable[code].meaning).join(' '), content: { 'application/json': { schema: ref(statusName), examples } } };
}

/** Adds to each operation what it can be refused with. */
export function withRefusals(paths: Paths): Paths {
  const answer = (method: string, operation: Record<string, unknown>) => ({ ...operation, responses: { ...refusals(method), ...(operation['responses'] as object) } });
  return mapOperations(paths, answer);
}

function refusals(method: string): Record<string, unknown> {
  const of = codes.filter((code) => !elsewhere.includes(code) && (method !== 'get' || !ofWrites.includes(code)));
  const byStatus = of.map((code): [number, unknown] => [errorTable[code].status, { $ref: `#/components/responses/${nameOf(errorTable[code].status)}` }]);
  return Object.fromEntries([...byStatus, [431, headTooLarge]]);
}

/** Refused before anything of the request is looked at, so without a Status. */
const headTooLarge = { description: 'The head of the request, its query included, is longer than 16 KiB.' };

/** A refusal that an operation names by itself. */
export function refusedWith(code: ErrorCode): Record<string, unknown> {
  const { status } = errorTable[code];
  return { [status]: { $ref: `#/components/responses/${nameOf(status)}` } };
}

function nameOf(status: number): string {
  return `Refused${status}`;
}
