import type { ActionChange } from '@spawnit/contract';

const none = <span className="quiet">(none)</span>;

/** Field by field, what is and what would be. */
export function Changes({ changes, wordFor = (field) => field }: { changes: readonly ActionChange[]; wordFor?: (field: string) => string }) {
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label="What changes">
      <table>
        <thead><tr><th>Field</th><th>Now</th><th>Then</th></tr></thead>
        <tbody>
          {changes.map(({ field, before, after }) => (
            <tr key={field}>
              <th scope="row" className="wrap">{wordFor(field)}</th>
              <td className="mono wrap">{before ?? none}</td>
              <td className="mono wrap">{after ?? none}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
