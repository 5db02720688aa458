import { useMemo } from 'react';
import { lineDiff } from './line-diff.js';
import './edit.css';

const around = 3;
const signs = { same: ' ', gone: '−', new: '+' } as const;
const words = { same: '', gone: 'removed: ', new: 'added: ' } as const;

/** What changes between two texts, with a few lines around each change. */
export function TextDiff({ before, after, label }: { before: string; after: string; label: string }) {
  const lines = useMemo(() => lineDiff(before, after), [before, after]);
  const changed = lines.flatMap(({ kind }, index) => (kind === 'same' ? [] : [index]));
  if (changed.length === 0) return <p className="quiet">Nothing changes.</p>;
  const near = (index: number) => changed.some((each) => Math.abs(each - index) <= around);
  return (
    <pre className="code diff" tabIndex={0} role="region" aria-label={label}>
      {lines.map(({ kind, text }, index) =>
        near(index) ? (
          <span key={index} className="diff-line" data-kind={kind}><span aria-hidden="true">{signs[kind]} </span><span className="unseen">{words[kind]}</span>{`${text}\n`}</span>
        ) : near(index - 1) ? <span key={index} className="diff-line quiet">{'  …\n'}</span> : null,
      )}
    </pre>
  );
}
