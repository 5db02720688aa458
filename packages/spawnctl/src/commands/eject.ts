import { moduleVariables, type Service } from '@spawnit/contract';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { CommandError, exits } from '../exit.js';
import { readmeOf } from '../eject/readme.js';
import { clusterIn, variablesOf } from '../eject/variables.js';
import { note, print } from '../output/streams.js';
import { serviceNamed } from '../refs.js';
import type { Session } from '../session.js';

const ignored = '*.tfstate\n*.tfstate.*\n.terraform/\n*.auto.tfvars\n*.auto.tfvars.json\n';

/** Writes a service out as a plain tofu project: module, values, state. Nothing of the service is changed. */
export async function eject(session: Session, word: string, to: string | undefined): Promise<void> {
  const name = serviceNamed(word);
  const folder = resolve(to ?? name);
  if (existsSync(folder) && readdirSync(folder).length > 0) throw new CommandError(exits.usage, `${folder} is not empty: name another with --to`);
  const service = await session.client.services.get(name, session.namespace);
  const { applied, activeJob } = service.status ?? {};
  if (!applied) throw new CommandError(exits.conflict, `nothing of service "${name}" was applied yet: there is nothing to write out`);
  if (activeJob) note(`warning: job/${activeJob} is under way; what it changes is not in these files`);
  if (applied.generation !== service.metadata.generation) note(`warning: generation ${service.metadata.generation} is not applied yet; the files say what generation ${applied.generation} said, which is what runs`);
  const { root, files, secret } = await gather(session, service);
  for (const [path, text] of Object.entries(files)) write(folder, path, text);
  const node = service.status?.node ?? 'none';
  write(folder, 'README.md', readmeOf({ service: name, namespace: session.namespace, node, engine: applied.engine ?? service.status?.engine ?? 'none', root, secret }));
  print(folder);
  for (const each of secret) note(`TF_VAR_${each} must be given: its value is sealed`);
  note(`${join(folder, 'README.md')} says how to go on; suspend the service before you change anything by tofu`);
}

interface Gathered {
  root: string;
  files: Record<string, string>;
  secret: string[];
}

async function gather({ client }: Session, service: Service): Promise<Gathered> {
  const { name, namespace = '', uid = '' } = service.metadata;
  const { revision: of, module } = service.status!.applied!;
  const revision = await client.revisions.get(of, namespace);
  const template = await client.templates.get(revision.spec.serviceSpec.template);
  const bundle = await client.source(namespace, name);
  if (bundle.module !== module) throw new CommandError(exits.conflict, `service "${name}" was applied anew just now: eject it again`);
  const root = revision.spec.moduleRoot;
  const state = await client.pullState(namespace, name);
  const { plain, secret } = variablesOf(template.spec.parameters, revision, service);
  const cluster = clusterIn(JSON.parse(state)) ?? '';
  const variables = moduleVariables(plain, { ...bundle, root }, { cluster, namespace, service: name, uid, host: bundle.host });
  const at = (file: string) => (root === '.' ? file : `${root}/${file}`);
  return { root, secret, files: { ...bundle.files, [at('terraform.tfvars.json')]: `${JSON.stringify(variables, null, 2)}\n`, [at('terraform.tfstate')]: state, '.gitignore': ignored } };
}

/** The server's paths are checked when a module is made; a path that leaves the folder is refused here, too. */
function write(folder: string, path: string, text: string): void {
  const file = resolve(folder, path);
  if (!file.startsWith(folder + sep)) throw new CommandError(exits.failed, `the module has a file outside of its folder: ${path}`);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, text, { mode: 0o600 });
}
