import type { PlanSummary } from '@spawnit/contract';
import { useId, useState } from 'react';
import { countsOf, matching, words } from './plan-words.js';

type Change = PlanSummary['changes'][number];
const openUpTo = 5;

/** What a run does or would do, address by address, field by field. */
export function Plan({ plan }: { plan: PlanSummary }) {
  const [search, setSearch] = useState('');
  const id = useId();
  const { changes, unchanged = [] } = plan;
  const shown = matching(changes, search);
  return (
    <section className="card" aria-labelledby="plan">
      <h2 id="plan">Plan: {plan.add} to add, {plan.change} to change, {plan.destroy} to destroy</h2>
      <ul className="row plain" aria-label="Operations">
        {countsOf(changes).map(({ action, count }) => <li key={action}><Operation action={action} /> {count}</li>)}
        {unchanged.length > 0 && <li><span aria-hidden="true">=</span> unchanged {unchanged.length}</li>}
      </ul>
      {changes.length > 1 && (
        <div className="field">
          <label htmlFor={id}>Search addresses</label>
          <input id={id} type="search" value={search} onChange={(event) => setSearch(event.target.value)} />
        </div>
      )}
      {changes.length === 0 && <p className="quiet">Nothing differs.</p>}
      {changes.length > 0 && shown.length === 0 && <p className="quiet" role="status">No address has “{search}” in it.</p>}
      {shown.map((change) => <PlannedChange key={change.address} change={change} open={changes.length <= openUpTo} />)}
      {unchanged.length > 0 && (
        <details>
          <summary>{unchanged.length} unchanged</summary>
          <ul>{unchanged.map((address) => <li key={address} className="mono wrap">{address}</li>)}</ul>
        </details>
      )}
    </section>
  );
}

/** A glyph and a word: colour says nothing by itself. */
function Operation({ action }: { action: Change['action'] }) {
  const { glyph, word, tone } = words[action];
  return <span className={`glyph-${tone}`}><span className="mono" aria-hidden="true">{glyph}</span> <strong>{word}</strong></span>;
}

function PlannedChange({ change: { address, action, fields }, open }: { change: Change; open: boolean }) {
  const [was, becomes] = [action !== 'create', action !== 'delete'];
  const forcing = fields.filter(({ forcesReplacement }) => forcesReplacement).map(({ field }) => field);
  const what = (
    <>
      <Operation action={action} /> <span className="mono wrap">{address}</span>
      {action === 'replace' && <span className="quiet"> {forcing.length > 0 ? `(forced by ${forcing.join(', ')})` : '(asked for)'}</span>}
    </>
  );
  if (fields.length === 0) return <p>{what}</p>;
  return (
    <details open={open}>
      <summary>{what}</summary>
      <table>
        <thead><tr><th>Field</th>{was && <th>Now</th>}{becomes && <th>Then</th>}</tr></thead>
        <tbody>
          {fields.map(({ field, before, after, forcesReplacement }) => (
            <tr key={field}>
              <th scope="row" className="mono">{field}</th>
              {was && <td className="mono wrap"><Value text={before} /></td>}
              {becomes && <td className="mono wrap"><Value text={after} />{forcesReplacement && <strong> forces replacement</strong>}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

function Value({ text }: { text: string }) {
  return text.startsWith('(') || text === 'null' ? <em className="quiet whole">{text === 'null' ? '(none)' : text}</em> : <>{text}</>;
}
