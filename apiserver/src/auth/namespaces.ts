import { ApiError, describeIdentity, type Identity } from '@spawnit/contract';

export interface Entry {
  method: string;
  /** As the router has it, with `:parameters`; undefined where there is none. */
  route: string | undefined;
  params: Record<string, string | undefined>;
}

/** What is nobody's in particular: probes, discovery, who one is, the dashboard's files and its sign-in. */
const forEverybody = /^\/(livez|readyz|healthz|version|api|apis|openapi\/.*|api\/v1|apis\/(spawnit\.dev|authentication\.k8s\.io|authorization\.k8s\.io)(\/v1)?|.*\/selfsubject\w*reviews|ui.*|session|metrics)?$/;
/** What all services are made of. */
const sharedReads = /^\/apis\/spawnit\.dev\/v1\/(templates|modules)(\/:name)?$/;
/** Lists and watches of all namespaces: the selection leaves out what is not the caller's. */
const everywhere = /^\/(api\/v1|apis\/spawnit\.dev\/v1)\/(namespaces|services|revisions|jobs|events)$/;

/** Namespaces that the caller is bound to; undefined for who is not. */
export function boundTo(identity: Identity | undefined): readonly string[] | undefined {
  return identity?.role === 'admin' ? identity.namespaces : undefined;
}

/** Whoever is bound to namespaces has no business anywhere else: all is refused that is not named here, also what is yet to be built. Throws Forbidden. */
export function assertEnters(identity: Identity | undefined, { method, route = '', params }: Entry): void {
  const namespaces = boundTo(identity);
  if (namespaces === undefined) return;
  const reads = method === 'GET' || method === 'HEAD';
  const inside = /^\/(api\/v1|apis\/spawnit\.dev\/v1)\/namespaces\/:namespace\//.test(route) && namespaces.includes(params['namespace'] ?? '');
  const itself = reads && route === '/api/v1/namespaces/:name' && namespaces.includes(params['name'] ?? '');
  if (inside || itself || forEverybody.test(route) || (reads && (sharedReads.test(route) || everywhere.test(route)))) return;
  throw new ApiError('Forbidden', `${describeIdentity(identity!)} is bound to ${namespaces.length === 1 ? 'namespace' : 'namespaces'} ${namespaces.join(', ')}: this is outside`);
}
