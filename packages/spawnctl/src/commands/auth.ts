import { stringify } from 'yaml';
import { CommandError, exits } from '../exit.js';
import { columns } from '../output/columns.js';
import { print } from '../output/streams.js';
import { kindNamed } from '../refs.js';
import type { Session } from '../session.js';

interface SelfSubjectReview {
  status: { userInfo: { username: string; groups?: string[]; extra?: Record<string, string[]> } };
}

interface AccessReview {
  status: { allowed: boolean; reason?: string };
}

export interface Question {
  verb?: string;
  what?: string;
  name?: string;
}

/** Whom the server takes the caller for. */
export async function whoami({ client }: Session, output: string | undefined): Promise<void> {
  if (output !== undefined && output !== 'json' && output !== 'yaml') throw new CommandError(exits.usage, `--output must be json or yaml (got ${output})`);
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
  const review = await client.transport.json<SelfSubjectReview>({ method: 'POST', path: '/apis/authentication.k8s.io/v1/selfsubjectreviews', body });
  if (output) return print(output === 'json' ? JSON.stringify(review, null, 2) : stringify(review));
  const { username, groups = [], extra = {} } = review.status.userInfo;
  const rows = [['Username', username], ...(groups.length > 0 ? [['Groups', groups.join(', ')]] : []), ...Object.entries(extra).map(([key, values]) => [`Extra: ${key}`, values.join(', ')])];
  print(columns([['ATTRIBUTE', 'VALUE'], ...rows]));
}

/** Says yes or no, and ends so: 0 or 1. */
export async function canI(session: Session, { verb, what, name }: Question, flags: { subresource?: string; allNamespaces?: boolean; quiet?: boolean; list?: boolean }): Promise<void> {
  assertOneQuestion({ verb, what, name }, flags);
  if (flags.list) return listRights(session);
  if (verb === undefined) throw new CommandError(exits.usage, 'say what: can-i VERB KIND [NAME], or can-i --list');
  const { status } = await session.client.transport.json<AccessReview>({
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    body: { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: specOf(session, { verb, what, name }, flags) },
  });
  const why = status.reason ? ` - ${status.reason}` : '';
  if (!flags.quiet) print(status.allowed ? 'yes' : `no${why}`);
  if (!status.allowed) throw new CommandError(exits.failed, '');
}

/** Of two things that can't both be meant, neither is guessed: the answer would be taken for that to the other. */
function assertOneQuestion({ verb, what = '', name }: Question, { list, subresource }: { list?: boolean; subresource?: string }): void {
  const refuse = (why: string) => new CommandError(exits.usage, why);
  if (list && verb !== undefined) throw refuse('--list tells all rights: say can-i --list, or can-i VERB KIND without it');
  const isPath = what.startsWith('/');
  if (isPath && (name !== undefined || subresource !== undefined)) throw refuse(`${what} is a path, which has no name and no subresource: say can-i VERB /PATH, or can-i VERB KIND [NAME]`);
  if (!isPath && what.includes('/') && name !== undefined) throw refuse(`both ${what} and ${name} are names: say KIND/NAME, or KIND NAME`);
  if (name?.trim() === '' || (!isPath && what.endsWith('/'))) throw refuse('a name is empty: is a variable not set?');
}

interface RulesReview {
  status: { resourceRules: { verbs: string[]; apiGroups?: string[]; resources?: string[]; resourceNames?: string[] }[] };
}

async function listRights({ client, namespace }: Session): Promise<void> {
  const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview', spec: { namespace } };
  const { status } = await client.transport.json<RulesReview>({ method: 'POST', path: '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews', body });
  const rows = status.resourceRules.flatMap(({ verbs, apiGroups = [''], resources = [], resourceNames = [] }) => resources.map((resource) => [apiGroups[0] ? `${resource}.${apiGroups[0]}` : resource, `[${resourceNames.join(' ')}]`, `[${verbs.join(' ')}]`]));
  print(columns([['RESOURCES', 'RESOURCE NAMES', 'VERBS'], ...rows]));
}

function specOf({ namespace }: Session, { verb, what, name }: Question, { subresource, allNamespaces }: { subresource?: string; allNamespaces?: boolean }): object {
  if (what === undefined) throw new CommandError(exits.usage, 'say what: can-i VERB KIND [NAME], or can-i VERB /PATH');
  if (what.startsWith('/')) return { nonResourceAttributes: { path: what, verb } };
  const [word, named = name] = what.split('/');
  if (word === '*') return { resourceAttributes: { verb, group: '*', resource: '*', namespace: allNamespaces ? undefined : namespace } };
  const kind = kindNamed(word!);
  return { resourceAttributes: { verb, group: kind.group, resource: kind.plural, name: named, subresource, namespace: kind.namespaced && !allNamespaces ? namespace : undefined } };
}

export function showToken({ client, server }: Session): void {
  const { token } = client.transport.options;
  if (!token) throw new CommandError(exits.auth, `there is no token for ${server}: \`spawnctl auth login\` takes one`);
  print(token);
}
