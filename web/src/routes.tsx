import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { Broken } from './pages/broken.js';
import { Shell } from './pages/shell.js';
import { NotFound } from './pages/not-found.js';
import { Overview } from './pages/overview/overview.js';
import { sorts, type ServiceSearch } from './pages/services/filter.js';
import { patiently } from './ui/late.js';

/** The map of the dashboard: each page is a line. What a filter or a tab shows stands in the address. */
const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });

/** Addresses are read as JSON where they can be: a filter for 80 is a number there. */
const text = (value: unknown): string | undefined => (['string', 'number', 'boolean'].includes(typeof value) && value !== '' ? String(value) : undefined);

/** A page that is loaded when it is first gone to. */
const late: typeof lazyRouteComponent = (load, name) => lazyRouteComponent(() => patiently(load), name);

const overviewRoute = createRoute({ getParentRoute: () => root, path: '/', component: Overview });
export const catalogueRoute = createRoute({
  getParentRoute: () => root,
  path: '/catalogue',
  validateSearch: ({ q, category }): { q?: string; category?: string } => ({ q: text(q), category: text(category) }),
  component: late(() => import('./pages/catalogue.js'), 'Catalogue'),
});
export const createRoutePage = createRoute({ getParentRoute: () => root, path: '/catalogue/$template', component: late(() => import('./pages/create.js'), 'Create') });
export const servicesRoute = createRoute({
  getParentRoute: () => root,
  path: '/services',
  validateSearch: ({ q, phase, template, node, sort }): ServiceSearch => ({ q: text(q), phase: text(phase), template: text(template), node: text(node), sort: sorts.find((each) => each === sort) }),
  component: late(() => import('./pages/services/services.js'), 'Services'),
});
export const serviceRoute = createRoute({
  getParentRoute: () => root,
  path: '/services/$namespace/$name',
  validateSearch: ({ tab, run }): { tab?: string; run?: string } => ({ tab: text(tab), run: text(run) }),
  component: late(() => import('./pages/service/service.js'), 'ServicePage'),
});
export const runRoute = createRoute({ getParentRoute: () => root, path: '/runs/$namespace/$name', component: late(() => import('./pages/run/run.js'), 'Run') });
export const templatesRoute = createRoute({ getParentRoute: () => root, path: '/templates', validateSearch: ({ q }): { q?: string } => ({ q: text(q) }), component: late(() => import('./pages/templates/templates.js'), 'Templates') });
export const templateRoute = createRoute({ getParentRoute: () => root, path: '/templates/$name', component: late(() => import('./pages/templates/template.js'), 'TemplatePage') });
export const nodesRoute = createRoute({ getParentRoute: () => root, path: '/nodes', validateSearch: ({ node }): { node?: string } => ({ node: text(node) }), component: late(() => import('./pages/nodes/nodes.js'), 'Nodes') });

const tree = root.addChildren([overviewRoute, catalogueRoute, createRoutePage, servicesRoute, serviceRoute, runRoute, templatesRoute, templateRoute, nodesRoute]);

export const router = createRouter({ routeTree: tree, basepath: '/ui', defaultPreload: 'intent', defaultErrorComponent: Broken });

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
