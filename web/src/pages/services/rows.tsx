import type { Service } from '@spawnit/contract';
import { Link } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useCallback, useRef, type Dispatch, type KeyboardEvent, type SetStateAction } from 'react';
import { CheckedAgo } from '../../ui/checked-ago.js';
import { phaseOf, troubleOf } from '../../ui/conditions.js';
import { Badge } from '../../ui/parts.js';
import { PlainLink } from '../../ui/plain-link.js';
import { servicesRoute } from '../../routes.js';
import { sorts, type Sort } from './filter.js';
import './rows.css';

const rowPx = 41;
const columns = 9;

interface Props {
  services: readonly Service[];
  picked: ReadonlySet<string>;
  onPick: Dispatch<SetStateAction<ReadonlySet<string>>>;
}

/** Only the rows in view are in the page, so that thousands scroll smoothly. */
export function Rows({ services, picked, onPick }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({ count: services.length, getScrollElement: () => scroller.current, estimateSize: () => rowPx, overscan: 6 });
  const items = virtual.getVirtualItems();
  const above = items[0]?.start ?? 0;
  const below = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  const all = services.every(({ metadata }) => picked.has(metadata.uid!));
  const pick = useCallback((uid: string) => onPick((before) => (before.has(uid) ? new Set([...before].filter((each) => each !== uid)) : new Set([...before, uid]))), [onPick]);
  return (
    <div className="scroll" ref={scroller} style={{ maxHeight: '70vh' }} tabIndex={0} role="region" aria-label="Services" onKeyDown={walk}>
      <table className="services" aria-rowcount={services.length + 1}>
        <thead>
          <tr>
            <th><input type="checkbox" aria-label={`Pick all ${services.length}`} checked={all} onChange={() => onPick(new Set(all ? [] : services.map(({ metadata }) => metadata.uid!)))} /></th>
            {sorts.map((sort) => <SortHead key={sort} sort={sort} />)}
            <th>Checked</th><th>Drifted fields</th><th>Address</th><th>Why</th>
          </tr>
        </thead>
        <tbody>
          {above > 0 && <tr style={{ height: above }} aria-hidden="true"><td colSpan={columns} /></tr>}
          {items.map(({ index }) => {
            const service = services[index]!;
            return <Row key={service.metadata.uid} service={service} index={index} picked={picked.has(service.metadata.uid!)} onPick={pick} />;
          })}
          {below > 0 && <tr style={{ height: below }} aria-hidden="true"><td colSpan={columns} /></tr>}
        </tbody>
      </table>
    </div>
  );
}

function SortHead({ sort }: { sort: Sort }) {
  const { sort: now = 'name' } = servicesRoute.useSearch();
  return (
    <th aria-sort={now === sort ? 'ascending' : 'none'}>
      <Link to="/services" search={(before) => ({ ...before, sort: sort === 'name' ? undefined : sort })} replace className="sort">{sort[0]!.toUpperCase() + sort.slice(1)}{now === sort && <span aria-hidden="true"> ↓</span>}</Link>
    </th>
  );
}

/** Drawn anew only when something of it has changed: scrolling and other services’ changes are no reason. */
const Row = memo(function Row({ service, index, picked, onPick }: { service: Service; index: number; picked: boolean; onPick: (uid: string) => void }) {
  const { namespace = '', name, uid = '' } = service.metadata;
  const { word, tone } = phaseOf(service);
  const { node, url, drift } = service.status ?? {};
  const fields = drift?.verdict === 'Drifted' ? drift.fields.filter(({ ignored }) => !ignored).map(({ field }) => field) : [];
  return (
    <tr aria-rowindex={index + 2} data-service={`${namespace}/${name}`}>
      <td><input type="checkbox" aria-label={`Pick ${name}`} checked={picked} onChange={() => onPick(uid)} /></td>
      <td title={name}><PlainLink to={`/services/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}`}>{name}</PlainLink>{namespace !== 'default' && <span className="quiet"> in {namespace}</span>}</td>
      <td><Badge tone={tone}>{word}</Badge></td>
      <td title={service.spec.template}>{service.spec.template}</td>
      <td>{node ? <PlainLink to={`/nodes?node=${encodeURIComponent(node)}`}>{node}</PlainLink> : '–'}</td>
      <td className="quiet"><CheckedAgo service={service} /></td>
      <td className="mono" title={fields.join(', ')}>{fields.length === 0 ? '–' : fields.length > 2 ? `${fields.slice(0, 2).join(', ')} and ${fields.length - 2} more` : fields.join(', ')}</td>
      <td>{url ? <a href={url} target="_blank" rel="noreferrer">{url}</a> : '–'}</td>
      <td className="quiet" title={troubleOf(service)}>{troubleOf(service)}</td>
    </tr>
  );
});

/** Up and down go from one service to the next. */
function walk(event: KeyboardEvent<HTMLElement>): void {
  const step = event.key === 'ArrowDown' ? 'nextElementSibling' : event.key === 'ArrowUp' ? 'previousElementSibling' : undefined;
  const row = document.activeElement?.closest('[data-service]');
  if (!step || !row || (document.activeElement as HTMLElement).tagName === 'SELECT') return;
  event.preventDefault();
  row[step]?.querySelector<HTMLElement>('a[href]')?.focus();
}
