import { holdsMark, joinPath, markedValues, type Cause, type Service, type Template } from '@spawnit/contract';

const mark = 'x-host-path';

/**
 * Folders of the host go into a service only from under `roots`: anything else, the engine's socket above all, is the way
 * out of every container. Judged by the path as it is written, so that a link below a root is its owner's affair.
 */
export function hostPathCauses(roots: readonly string[], { spec }: Service, { spec: { parameters } }: Template): Cause[] {
  const unseen = spec.parametersFrom.filter(({ parameter }) => Object.hasOwn(parameters.properties, parameter) && holdsMark(parameters.properties[parameter], mark));
  const outside = markedValues(parameters, spec.parameters, mark).filter(({ value }) => value !== undefined && value !== null && !isUnder(roots, value));
  return [
    ...unseen.map(({ parameter }) => cause(`spec.parametersFrom[${spec.parametersFrom.findIndex((from) => from.parameter === parameter)}]`, `${parameter} names folders of the host, which can't come from another service`)),
    ...outside.map(({ path }) => cause(joinPath('spec.parameters', path), allowed(roots))),
  ];
}

function isUnder(roots: readonly string[], path: unknown): boolean {
  if (typeof path !== 'string' || !path.startsWith('/') || path.includes('\0')) return false;
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  return !parts.includes('..') && roots.some((root) => `/${parts.join('/')}/`.startsWith(root === '/' ? root : `${root}/`));
}

function allowed(roots: readonly string[]): string {
  if (roots.length === 0) return 'no folder of the host may be used here: take a volume, or have SPAWNIT_HOST_PATHS of the apiserver allow some';
  return `must be under ${roots.join(' or ')}, without ".."`;
}

function cause(field: string, message: string): Cause {
  return { field, reason: 'FieldValueForbidden', message };
}
