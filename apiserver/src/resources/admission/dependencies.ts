import { nearest, serviceKind, templateKind, type Cause, type Service, type Template } from '@spawnit/contract';
import type { View } from '../../store/log/view.js';
import { find } from '../records.js';

/** What is wrong with the services that this one takes parameters from or waits for. They need not exist yet. */
export function dependencyCauses(view: View, service: Service, template: Template): Cause[] {
  return [...sourceCauses(view, service, template), ...cycleCauses(view, service)];
}

/** Names of the services that must be ready before this one. */
function dependenciesOf({ spec }: Pick<Service, 'spec'>): string[] {
  return [...new Set([...spec.dependsOn, ...spec.parametersFrom.map(({ service }) => service)])];
}

function sourceCauses(view: View, { spec, metadata }: Service, template: Template): Cause[] {
  const known = Object.keys(template.spec.parameters.properties);
  return spec.parametersFrom.flatMap(({ parameter, service, output }, index) => {
    const at = `spec.parametersFrom[${index}]`;
    const twice = spec.parametersFrom.findIndex((other) => other.parameter === parameter) < index;
    return [
      ...unless(known.includes(parameter), `${at}.parameter`, () => `${template.spec.title} has no parameter "${parameter}"${hint(parameter, known)}`),
      ...unless(!twice, `${at}.parameter`, () => `"${parameter}" is taken from another service already`),
      ...unless(!Object.hasOwn(spec.parameters, parameter), `${at}.parameter`, () => `"${parameter}" is also given in spec.parameters: leave it out of one of the two`),
      ...outputCause(view, metadata.namespace, service, output, `${at}.output`),
    ];
  });
}

/** An output is known once the other service is: by its template. */
function outputCause(view: View, namespace: string | undefined, service: string, output: string, field: string): Cause[] {
  const source = find<Service>(view, serviceKind, namespace, service);
  const template = source && find<Template>(view, templateKind, undefined, source.spec.template);
  if (!template) return [];
  const known = Object.keys(template.spec.outputs);
  return unless(known.includes(output), field, () => `service ${service} (${template.spec.title}) has no output "${output}"${hint(output, known)}; it has ${known.join(', ') || 'none'}`);
}

function cycleCauses(view: View, service: Service): Cause[] {
  const cycle = findCycle(view, service);
  if (!cycle) return [];
  const field = service.spec.dependsOn.includes(cycle[1]!) ? 'spec.dependsOn' : 'spec.parametersFrom';
  return [{ field, reason: 'FieldValueInvalid', message: `services would wait for each other in a circle: ${cycle.join(' → ')}` }];
}

/** The way from the service back to itself along what services depend on, if there is one. */
function findCycle(view: View, service: Service): string[] | undefined {
  const { name, namespace } = service.metadata;
  // By whom each was come to: whole ways, kept for all that are still open, would fill the memory.
  const by = new Map<string, string>();
  const open = dependenciesOf(service).map((next) => ({ from: name, at: next }));
  for (let step = open.pop(); step; step = open.pop()) {
    const { from, at } = step;
    if (at === name) return [...wayTo(from, name, by), name];
    if (by.has(at)) continue;
    by.set(at, from);
    const found = find<Service>(view, serviceKind, namespace, at);
    if (found) open.push(...dependenciesOf(found).map((next) => ({ from: at, at: next })));
  }
  return undefined;
}

function wayTo(end: string, start: string, by: ReadonlyMap<string, string>): string[] {
  const way = [end];
  for (let at = end; at !== start; way.unshift(at)) at = by.get(at)!;
  return way;
}

function unless(ok: boolean, field: string, message: () => string): Cause[] {
  return ok ? [] : [{ field, reason: 'FieldValueInvalid', message: message() }];
}

function hint(word: string, known: string[]): string {
  const near = nearest(word, known);
  return near ? `, did you mean "${near}"?` : '';
}
