import { condition, leadership, leaseKind, ledRoles, type BackupStatus, type Lease, type Node, type Service } from '@spawnit/contract';
import type { Check } from '@spawnit/local/control';
import { exitOf, explain } from '../failure.js';
import { exits } from '../exit.js';
import type { Session } from '../session.js';

/** Server, token, controllers, nodes, services, backups: in the order in which one needs the other. */
export async function serverChecks({ client, server }: Session): Promise<Check[]> {
  const reached = await attempt(`server ${server}`, async () => {
    await client.transport.text({ path: '/readyz', accept: '*/*' }).catch(unlessRefused);
    return 'answers';
  });
  if (reached.mend !== undefined) return [reached];
  const token = await attempt('token', async () => {
    const { gitVersion } = await client.transport.json<{ gitVersion: string }>({ path: '/version' });
    return `is taken; the server is ${gitVersion}`;
  });
  if (token.mend !== undefined) return [reached, token];
  const [leases, nodes, services] = await Promise.all([client.of<Lease>(leaseKind).list(), client.nodes.list(), client.services.list()]);
  const backups = await client.backups().catch(() => undefined);
  return [reached, token, ...leaderChecks(leases.items), nodeCheck(nodes.items), serviceCheck(services.items), ...(backups ? [backupCheck(backups)] : [])];
}

async function attempt(what: string, look: () => Promise<string>): Promise<Check> {
  try {
    return { what, found: await look() };
  } catch (error) {
    const [first = '', ...rest] = explain(error).replace(/^error: /, '').split('\n');
    const auth = exitOf(error) === exits.auth ? 'take the kubeconfig from the server anew, or `spawnctl auth login`' : undefined;
    return { what, found: first, mend: auth ?? (rest.join(' ').trim() || 'see the message') };
  }
}

/** Who refuses a token answers. */
function unlessRefused(error: unknown): void {
  if (exitOf(error) !== exits.auth) throw error;
}

export function leaderChecks(leases: Lease[]): Check[] {
  return ledRoles.map((name) => {
    const lease = leases.find(({ metadata }) => metadata.name === name);
    const age = lease?.status?.ageSeconds;
    const mend = `start it, and see what it wrote last: logs/${name}.log of a local star`;
    if (!lease?.spec.holder) return { what: name, found: 'nobody leads', mend };
    if (age === undefined || age > leadership.silenceSeconds) return { what: name, found: `${lease.spec.holder} was last heard ${age === undefined ? 'before this server started' : `${Math.round(age)} s ago`}`, mend };
    return { what: name, found: `${lease.spec.holder} leads` };
  });
}

export function nodeCheck(nodes: Node[]): Check {
  const silent = nodes.filter(({ status = {} }) => condition({ status }, 'Ready')?.status !== 'True').map(({ metadata }) => metadata.name);
  const shut = nodes.filter(({ spec }) => spec.unschedulable).map(({ metadata }) => metadata.name);
  const found = `${nodes.length - silent.length} of ${nodes.length} ready`;
  if (nodes.length === 0) return { what: 'nodes', found: 'there is none', mend: 'start a worker-agent with the join token' };
  if (silent.length > 0) return { what: 'nodes', found: `${found}; not ready: ${silent.join(', ')}`, mend: `see what their agents wrote last; \`spawnctl describe node ${silent[0]}\`` };
  if (shut.length === nodes.length) return { what: 'nodes', found: `${found}, and all are cordoned`, mend: `\`spawnctl uncordon ${shut[0]}\`` };
  return { what: 'nodes', found };
}

export function serviceCheck(services: Service[]): Check {
  const stuck = services.filter((service) => condition(service, 'Stalled')?.status === 'True');
  const failing = services.filter((service) => service.status?.phase === 'Failed' && !stuck.includes(service));
  const [first] = [...stuck, ...failing];
  if (!first) return { what: 'services', found: `${services.length}, none stuck or failing` };
  const { name, namespace } = first.metadata;
  const why = (condition(first, 'Stalled')?.status === 'True' ? condition(first, 'Stalled') : condition(first, 'Ready'))?.message;
  return { what: 'services', found: `of ${services.length}, ${stuck.length} stuck and ${failing.length} failing, such as ${namespace}/${name}: ${why}`, mend: `\`spawnctl describe service ${name} -n ${namespace}\`` };
}

/** Having none is a choice, one that fails is a fault. */
export function backupCheck({ target, last, backups }: BackupStatus): Check {
  if (last?.outcome === 'Failed') return { what: 'backups', found: `the last one failed: ${last.message}`, mend: '`spawnctl admin backup --wait` tries again; docs/backup.md says more' };
  return { what: 'backups', found: target === undefined ? 'none are made (docs/backup.md says how)' : `${backups.length} kept` };
}
