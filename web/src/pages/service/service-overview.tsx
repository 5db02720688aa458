import type { Service } from '@spawnit/contract';
import { Link } from '@tanstack/react-router';
import { ageText, useNow } from '../../live/clock.js';
import { useOne } from '../../live/store.js';
import { CheckedAgo, NextCheck } from '../../ui/checked-ago.js';
import { inLocalTime } from '../../ui/local-time.js';
import { Badge } from '../../ui/parts.js';
import { Trouble } from './trouble.js';
import { UnderWay } from './under-way.js';

/** Where it answers, where it runs, and the server's word on each condition, with its age. */
export function ServiceOverview({ service }: { service: Service }) {
  const now = useNow();
  const { status, spec } = service;
  const words = useOne('templates', spec.template)?.spec.outputs;
  return (
    <>
      <Trouble service={service} />
      <UnderWay service={service} />
      <section className="card" aria-label="Facts">
        <table>
          <tbody>
            <tr><th scope="row">Address</th><td>{status?.url ? <a href={status.url} target="_blank" rel="noreferrer">{status.url}</a> : 'none yet'}</td></tr>
            <tr><th scope="row">Template</th><td><Link to="/catalogue/$template" params={{ template: spec.template }}>{spec.template}</Link></td></tr>
            <tr><th scope="row">Node</th><td>{status?.node ? <Link to="/nodes" search={{ node: status.node }}>{status.node}</Link> : 'not placed yet'}</td></tr>
            <tr><th scope="row">Checked</th><td><CheckedAgo service={service} /><NextCheck service={service} /></td></tr>
            {Object.entries(status?.outputs ?? {}).filter(([name]) => !(status?.url && ['url', 'address'].includes(name))).map(([name, { value, sensitive }]) => (
              <tr key={name}><th scope="row">{words?.[name]?.title ?? name}</th><td className="mono wrap">{sensitive ? '(sensitive)' : typeof value === 'string' ? value : JSON.stringify(value)}</td></tr>
            ))}
          </tbody>
        </table>
      </section>
      <section className="card" aria-labelledby="conditions">
        <h2 id="conditions">Conditions</h2>
        {(status?.conditions ?? []).map(({ type, status: is, reason, message, lastTransitionTime }) => (
          <div key={type} className="row">
            <Badge tone={toneOf(type, is)}>{type}: {is}</Badge>
            <span className="quiet mono">{ageText(now - Date.parse(lastTransitionTime))}</span>
            <span className="wrap">{inLocalTime(message || reason)}</span>
          </div>
        ))}
        {!status?.conditions?.length && <p className="quiet">Not looked at yet.</p>}
      </section>
    </>
  );
}

/** Of Progressing and Stalled, True is not the good one. */
function toneOf(type: string, is: string): 'good' | 'warn' | 'bad' | 'wait' {
  if (is === 'Unknown' || type === 'Progressing') return 'wait';
  const well = type === 'Stalled' ? 'False' : 'True';
  return is === well ? 'good' : type === 'Compliant' ? 'warn' : 'bad';
}
