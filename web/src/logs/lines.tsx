import { useEffect, useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore, type MouseEvent, type ReactNode, type RefObject } from 'react';
import { Layout } from './layout.js';
import { LineText } from './line-text.js';
import type { LogText } from './log-text.js';
import type { LineRange } from './range.js';
import { useViewport } from './use-viewport.js';

const rowPx = 18;
const spareRows = 10;
const rulerChars = 100;
const leastColumns = 20;
/** Of a line's number: the room on both of its sides, in characters. */
const numberMargin = 5;

export interface LinesProps {
  text: LogText;
  wrap: boolean;
  following: boolean;
  onFollow: (following: boolean) => void;
  chosen?: LineRange;
  onChoose: (range: LineRange) => void;
  pattern?: RegExp;
  /** The match that was gone to, counted from 0. */
  current?: number;
  /** To be brought into view; another object for each time. */
  goTo?: { line: number };
  onTop: (line: number) => void;
}

/** The lines of a log; only those in view are in the page. */
export function Lines({ text, wrap, following, onFollow, chosen, onChoose, pattern, current, goTo, onTop }: LinesProps) {
  const version = useSyncExternalStore(text.subscribe, text.version);
  const [columns, setColumns] = useState<number>();
  const layout = useMemo(() => new Layout(text, wrap ? columns : undefined), [text, wrap, columns]);
  const rows = layout.rows;
  const view = useViewport(rows * rowPx);
  const { scroller, width, height, top, scrollTo } = view;
  const digits = Math.max(3, String(text.count).length);
  const lastTop = useRef(0);
  const topLine = useRef(0);

  useMeasuredColumns(scroller, width, digits, setColumns);
  useLayoutEffect(() => {
    if (following) scrollTo(rows * rowPx);
  }, [following, rows, version, height, scrollTo]);
  useLayoutEffect(() => {
    // Wrapped anew: the line on top stays on top.
    if (!following) scrollTo(layout.top(topLine.current) * rowPx);
  }, [layout]);
  useLayoutEffect(() => {
    if (goTo) scrollTo(Math.max(0, layout.top(goTo.line) * rowPx - height / 3));
    // Only when asked: what comes in meanwhile moves nothing.
  }, [goTo]);

  const onScroll = () => {
    const now = scroller.current!.scrollTop;
    if (view.atEnd()) onFollow(true);
    else if (now < lastTop.current) onFollow(false);
    lastTop.current = now;
    view.onScroll();
  };
  const first = layout.lineAt(Math.max(0, Math.floor(top / rowPx) - spareRows));
  const last = text.count === 0 ? -1 : layout.lineAt(Math.ceil((top + height) / rowPx) + spareRows);
  useEffect(() => {
    topLine.current = layout.lineAt(Math.floor(top / rowPx));
    onTop(topLine.current);
  }, [onTop, layout, top]);
  const choose = (line: number) => (event: MouseEvent) => {
    event.preventDefault();
    onChoose(event.shiftKey && chosen ? { from: Math.min(chosen.from, line), to: Math.max(chosen.from, line) } : { from: line, to: line });
  };
  return (
    <div className="lines" data-wrap={wrap} ref={scroller} onScroll={onScroll} tabIndex={0} role="log" aria-live="off" aria-label="Log of the run">
      <span className="ruler" aria-hidden="true">{'0'.repeat(rulerChars)}</span>
      <div style={{ height: view.physical, position: 'relative' }}>
        {Array.from({ length: last - first + 1 }, (_, i) => first + i).map((index) => (
          <Line key={index} number={index + 1} digits={digits} isChosen={chosen && index + 1 >= chosen.from && index + 1 <= chosen.to} isCurrent={index === current} top={view.place(layout.top(index) * rowPx)} columns={wrap ? columns : undefined} onChoose={choose(index + 1)}>
            <LineText line={text.line(index)} pattern={pattern} />
          </Line>
        ))}
      </div>
    </div>
  );
}

interface LineProps {
  number: number;
  digits: number;
  isChosen?: boolean;
  isCurrent: boolean;
  /** In px of what scrolls. */
  top: number;
  /** Where it is wrapped, if it is. */
  columns?: number;
  onChoose: (event: MouseEvent) => void;
  children: ReactNode;
}

function Line({ number, digits, isChosen, isCurrent, top, columns, onChoose, children }: LineProps) {
  return (
    <div className="line" data-chosen={isChosen} data-current={isCurrent} style={{ top, minHeight: rowPx }}>
      <a className="number" href={`#L${number}`} aria-label={`Line ${number}`} style={{ width: `${digits + 3}ch` }} onClick={onChoose}>{number}</a>
      <span className="text" style={{ maxWidth: columns ? `${columns}ch` : undefined }}>{children}</span>
    </div>
  );
}

/** How many characters fit beside the number of a line, as the ruler and the width have it. */
function useMeasuredColumns(scroller: RefObject<HTMLElement | null>, width: number, digits: number, onColumns: (columns: number) => void): void {
  const [charPx, setCharPx] = useState(0);
  useLayoutEffect(() => setCharPx(scroller.current!.querySelector('.ruler')!.getBoundingClientRect().width / rulerChars), [scroller]);
  useEffect(() => {
    if (charPx > 0 && width > 0) onColumns(Math.max(leastColumns, Math.floor(width / charPx) - digits - numberMargin));
  }, [charPx, width, digits, onColumns]);
}
