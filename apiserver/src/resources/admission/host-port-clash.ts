import { hostPorts, nodeKind, serviceKind, templateKind, type Cause, type HostPort, type Node, type Service, type Template } from '@spawnit/contract';
import type { JsonObject } from '../../store/log/json.js';
import type { RecordIndex } from '../../store/log/record-index.js';
import type { View } from '../../store/log/view.js';
import { all, recordKey, recordPrefix } from '../records.js';

/** Each host port is taken once an engine; a service is refused when all engines have given it away. */
export function hostPortCauses(view: View, service: Service, template: Template): Cause[] {
  const wanted = hostPorts(template.spec.parameters, service.spec.parameters);
  if (wanted.length === 0 || template.spec.binding !== 'Engine') return [];
  const engines = Math.max(1, engineCount(view));
  return wanted.flatMap(({ port, field }) => {
    const others = takers(view, service, port);
    return others.length < engines ? [] : [{ field: `spec.parameters.${field}`, reason: 'FieldValueInvalid', message: `host port ${port} is taken ${whose(others, service)}: choose another, or leave it out` }];
  });
}

function whose(others: Service[], service: Service): string {
  const { namespace } = service.metadata;
  const near = others.find((other) => other.metadata.namespace === namespace);
  if (near) return `by service "${near.metadata.name}"`;
  return others.length === 1 ? 'by a service of another namespace' : 'on every engine by services of other namespaces';
}

function engineCount(view: View): number {
  const engines = [...all<Node>(view, nodeKind)].map((node) => node.status?.engine).filter((engine) => engine !== undefined);
  return new Set(engines).size;
}

/** Other services that have the host port and are not being deleted. */
function takers(view: View, service: Service, port: number): Service[] {
  return [...view.find(integersInParameters, port)]
    .filter(({ value }) => portsOf(view, value).some((each) => each.port === port))
    .map(({ value }) => value as unknown as Service)
    .filter((other) => !other.metadata.deletionTimestamp && !isSame(other, service));
}

/** All that could be a port: which of them are ports is said by templates, and these change. */
const integersInParameters: RecordIndex = {
  prefix: recordPrefix(serviceKind),
  termsOf: (value) => new Set(integersIn((value as unknown as Service).spec.parameters)),
};

function* integersIn(value: unknown): Generator<number> {
  if (Number.isInteger(value)) yield value as number;
  else if (typeof value === 'object' && value !== null) for (const each of Object.values(value)) yield* integersIn(each);
}

function isSame(a: Service, b: Service): boolean {
  return a.metadata.name === b.metadata.name && a.metadata.namespace === b.metadata.namespace;
}

/** Records never change in place, so what was found for one stays true while its template does. */
const found = new WeakMap<JsonObject, { template: unknown; ports: HostPort[] }>();

function portsOf(view: View, value: JsonObject): HostPort[] {
  const { spec } = value as unknown as Service;
  const template = view.get(recordKey(templateKind, undefined, spec.template))?.value as unknown as Template | undefined;
  const known = found.get(value);
  if (known && known.template === template?.spec) return known.ports;
  const ports = template?.spec.binding === 'Engine' ? hostPorts(template.spec.parameters, spec.parameters) : [];
  found.set(value, { template: template?.spec, ports });
  return ports;
}
