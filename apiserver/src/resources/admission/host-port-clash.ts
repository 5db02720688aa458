import { hostPorts, nodeKind, serviceKind, templateKind, type Cause, type HostPort, type Node, type Service, type Template } from '@spawnit/contract';
import type { JsonObject } from '../../store/log/json.js';
import type { View } from '../../store/log/view.js';
import { all, recordKey, recordPrefix } from '../records.js';

/** Each host port is taken once an engine; a service is refused when all engines have given it away. */
export function hostPortCauses(view: View, service: Service, template: Template): Cause[] {
  const wanted = hostPorts(template.spec.parameters, service.spec.parameters);
  if (wanted.length === 0 || template.spec.binding !== 'Engine') return [];
  const engines = Math.max(1, engineCount(view));
  const taken = takers(view, service);
  return wanted.flatMap(({ port, field }) => {
    const others = taken.get(port) ?? [];
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

/** Host port → other services that have it and are not being deleted. */
function takers(view: View, service: Service): Map<number, Service[]> {
  const taken = new Map<number, Service[]>();
  for (const { value } of view.list(recordPrefix(serviceKind))) {
    const other = value as unknown as Service;
    if (other.metadata.deletionTimestamp || isSame(other, service)) continue;
    for (const port of new Set(portsOf(view, value).map((each) => each.port))) taken.set(port, [...(taken.get(port) ?? []), other]);
  }
  return taken;
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
