import type { Module, Template } from '@spawnit/contract';
import { Link } from '@tanstack/react-router';
import { api } from '../../api/paths.js';
import { useAll } from '../../live/store.js';
import { CopyButton } from '../../logs/copy-button.js';
import { FailureNotice, Loading } from '../../ui/parts.js';
import { useFetched } from '../../ui/use-fetched.js';
import { shortDigest } from './templates.js';

/** The tofu module behind it, and which services run an older one. */
export function ModuleCard({ template: { metadata, spec } }: { template: Template }) {
  const { data, error } = useFetched<Module>(api.module(spec.module));
  const services = (useAll('services') ?? []).filter((service) => service.spec.template === metadata.name);
  const older = services.filter(({ status }) => status?.applied !== undefined && status.applied.module !== spec.module);
  return (
    <section className="card" aria-labelledby="module">
      <h2 id="module">Module</h2>
      <div className="row"><span className="mono wrap">{spec.module}</span><CopyButton what="digest" text={() => spec.module} /></div>
      <p className="quiet">Version {metadata.generation ?? 1} of the template. The digest is the module’s content: equal digests are equal modules.</p>
      {error !== undefined && <FailureNotice error={error} title="The module could not be read" />}
      {!data && error === undefined && <Loading what="the module" />}
      {data?.spec.fileNames && <details><summary>{data.spec.fileNames.length} files, {Math.ceil((data.spec.size ?? 0) / 1024)} kB</summary><ul className="mono">{data.spec.fileNames.map((name) => <li key={name}>{name}</li>)}</ul></details>}
      <p><Link to="/services" search={{ template: metadata.name }}>{services.length} {services.length === 1 ? 'service' : 'services'}</Link>{older.length > 0 && `; ${older.length} made with an older module, which changes with their next run:`}</p>
      {older.slice(0, 10).map(({ metadata: { uid, name, namespace = '' }, status }) => (
        <div key={uid} className="row"><Link to="/services/$namespace/$name" params={{ namespace, name }}>{name}</Link><span className="mono quiet">{shortDigest(status!.applied!.module)}</span></div>
      ))}
    </section>
  );
}
