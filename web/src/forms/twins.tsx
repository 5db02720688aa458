import type { Service } from '@spawnit/contract';
import { useState } from 'react';
import { stringify } from 'yaml';
import { api } from '../api/paths.js';
import { Button } from '../ui/parts.js';
import { hidden, hideSecrets } from './hide-secrets.js';
import type { FieldSchema } from './schema.js';

/** The same request for the terminal. Secrets are left out of it: a screen is no place for them. */
export function Twins({ service, schema }: { service: Service; schema: FieldSchema }) {
  const shown = { ...service, spec: { ...service.spec, parameters: hideSecrets(schema, service.spec.parameters) } };
  const { namespace = 'default', name } = service.metadata;
  const file = `${name || 'service'}.yaml`;
  const json = JSON.stringify(shown).replaceAll("'", String.raw`'\''`);
  const curl = `curl -X POST '${window.location.origin}${api.services(namespace)}' \\\n  -H "Authorization: Bearer $SPAWNIT_TOKEN" \\\n  -H 'Content-Type: application/json' \\\n  -d '${json}'`;
  return (
    <>
      {json.includes(hidden) && <p className="quiet">Secrets are not shown; put yours where it says {hidden}.</p>}
      <Twin title="As YAML" text={stringify(shown)} />
      <Twin title="With spawnctl" text={`spawnctl apply --wait -f ${file}`} />
      <Twin title="With curl" text={curl} />
    </>
  );
}

function Twin({ title, text }: { title: string; text: string }) {
  const [copied, setCopied] = useState<string>();
  const copy = () => void navigator.clipboard.writeText(text).then(() => setCopied(text));
  return (
    <section className="stack" aria-label={title}>
      <div className="row between">
        <h2>{title}</h2>
        {window.isSecureContext && <Button onPress={copy} aria-label={`Copy: ${title}`}>{copied === text ? 'Copied' : 'Copy'}</Button>}
      </div>
      <pre className="code" tabIndex={0} aria-label={title}>{text}</pre>
    </section>
  );
}
