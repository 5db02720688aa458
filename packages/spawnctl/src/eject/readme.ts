export interface Ejected {
  service: string;
  namespace: string;
  node: string;
  engine: string;
  /** The folder that tofu runs in, below the project's. */
  root: string;
  secret: string[];
}

/** What stands beside the files, so that the project explains itself. */
export function readmeOf({ service, namespace, node, engine, root, secret }: Ejected): string {
  const names = secret.map((name) => `export TF_VAR_${name}='…'\n`).join('');
  const secrets = secret.length === 0 ? '' : `\nIts secrets are not in the files; give the values that were declared:\n\n\`\`\`sh\n${names}\`\`\`\n`;
  return `# ${namespace}/${service}, as a plain tofu project

\`\`\`sh
spawnctl patch service ${service} -n ${namespace} -p '{"spec":{"suspend":true}}'   # first, so that only one of you changes it
${root === '.' ? '' : `cd ${root}\n`}tofu init
tofu plan      # no changes
\`\`\`

It runs on node ${node}, engine ${engine}: run tofu there, or set DOCKER_HOST to that engine (cloud providers: their credentials, as the agent had them).
${secrets}
- \`terraform.tfstate\` holds what is real, secrets included: keep it as you keep secrets.
- A suspended service stays as it is. Deleting it in SpawnIt destroys what is real: don't, while this project is to have it.
- To give it back: \`spec.suspend: false\`. What you have changed by tofu in between shows as drift.
`;
}
