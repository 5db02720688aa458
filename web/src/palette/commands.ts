import type { Node, Service, Template } from '@spawnit/contract';
import type { useNavigate } from '@tanstack/react-router';
import { call } from '../api/call.js';
import { api } from '../api/paths.js';
import { canRetry, phaseOf } from '../ui/conditions.js';
import { pages } from './pages.js';

export interface Command {
  id: string;
  label: string;
  /** A word on it, searched as well. */
  hint: string;
  /** Throws Failure when it was refused. */
  run: (navigate: ReturnType<typeof useNavigate>) => unknown;
}

const tabs = ['graph', 'drift', 'history', 'runs', 'logs', 'events', 'yaml', 'settings'] as const;

/** A service in words of an address. */
export interface Place {
  namespace: string;
  name: string;
}

/** Everything that one can go to or begin; first what belongs to the service that one is at. */
export function commandsFor({ services, templates, nodes, at }: { services: readonly Service[]; templates: readonly Template[]; nodes: readonly Node[]; at?: Place }): Command[] {
  return [
    ...actionsFor(services.find(({ metadata }) => metadata.name === at?.name && metadata.namespace === at.namespace)),
    ...(at ? tabs.map((tab) => ({ id: `tab ${tab}`, label: `${at.name}: ${tab === 'yaml' ? 'YAML' : tab}`, hint: 'this service', run: toService(at, tab) })) : []),
    ...pages.map(({ to, label }) => ({ id: to, label, hint: 'page', run: (navigate: ReturnType<typeof useNavigate>) => navigate({ to }) })),
    ...templates.map(({ metadata: { name }, spec: { title, category } }) => ({ id: `new ${name}`, label: `New ${title}`, hint: `catalogue, ${category}`, run: (navigate: ReturnType<typeof useNavigate>) => navigate({ to: '/catalogue/$template', params: { template: name } }) })),
    ...services.map((service) => {
      const { namespace = '', name, uid } = service.metadata;
      return { id: `service ${uid}`, label: name, hint: `service${namespace === 'default' ? '' : ` in ${namespace}`}, ${phaseOf(service).word}, ${service.spec.template}`, run: toService({ namespace, name }) };
    }),
    ...nodes.map(({ metadata: { name } }) => ({ id: `node ${name}`, label: name, hint: 'node', run: (navigate: ReturnType<typeof useNavigate>) => navigate({ to: '/nodes', search: { node: name } }) })),
    ...templates.map(({ metadata: { name }, spec: { title } }) => ({ id: `template ${name}`, label: title, hint: `template ${name}`, run: (navigate: ReturnType<typeof useNavigate>) => navigate({ to: '/templates/$name', params: { name } }) })),
  ];
}

/** What can be done to the service of the page now. What destroys something is not among it: that has its own dialog. */
function actionsFor(service: Service | undefined): Command[] {
  if (!service || service.metadata.deletionTimestamp) return [];
  const { namespace = '', name } = service.metadata;
  const at = api.service(namespace, name);
  const { suspend } = service.spec;
  const action = (word: string, act: () => Promise<unknown>): Command => ({ id: `do ${word}`, label: `${word} ${name}`, hint: 'do', run: act });
  return [
    ...(suspend ? [] : [action('Check', () => call(api.check(namespace, name), { method: 'POST', body: {} }))]),
    ...(canRetry(service) ? [action('Retry', () => call(`${at}/retry`, { method: 'POST', body: {} }))] : []),
    ...(service.status?.drift?.verdict === 'Drifted' && !suspend ? [action('Revert', () => call(`${at}/revert`, { method: 'POST', body: {} }))] : []),
    action(suspend ? 'Resume' : 'Suspend', () => call(at, { method: 'PATCH', contentType: 'application/merge-patch+json', body: { spec: { suspend: !suspend } } })),
  ];
}

export function toService({ namespace, name }: Place, tab?: string): Command['run'] {
  return (navigate) => navigate({ to: '/services/$namespace/$name', params: { namespace, name }, search: { tab } });
}
