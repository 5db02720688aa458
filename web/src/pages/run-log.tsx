import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import { useLog } from '../live/use-log.js';
import { Button, FailureNotice } from '../ui/parts.js';

const linePx = 18;

/** A run's log, following its end until one scrolls up; only the lines in view are in the page. */
export function RunLog({ namespace, name }: { namespace: string; name: string }) {
  const { lines, over, error } = useLog(namespace, name);
  const [following, setFollowing] = useState(true);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({ count: lines.length, getScrollElement: () => scroller.current, estimateSize: () => linePx, overscan: 20 });
  useEffect(() => {
    if (following && lines.length > 0) virtual.scrollToIndex(lines.length - 1);
  }, [following, lines.length, virtual]);
  const onScroll = () => {
    const { scrollTop, clientHeight, scrollHeight } = scroller.current!;
    setFollowing(scrollTop + clientHeight >= scrollHeight - 2 * linePx);
  };
  return (
    <section className="stack" aria-labelledby="log">
      <div className="row between">
        <h2 id="log">Log <span className="quiet">{lines.length} lines{over ? '' : ', following'}</span></h2>
        <div className="row">
          {!following && <Button onPress={() => setFollowing(true)}>Follow the end</Button>}
          <Button onPress={() => void navigator.clipboard.writeText(lines.join('\n'))}>Copy</Button>
        </div>
      </div>
      {error !== undefined && <FailureNotice error={error} title="The log could not be read; it is tried again" />}
      <div className="log card" ref={scroller} onScroll={onScroll} tabIndex={0} role="log" aria-label="Log of the run">
        <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {virtual.getVirtualItems().map(({ index, start }) => (
            <div key={index} style={{ position: 'absolute', top: start, height: linePx }}>{lines[index]}</div>
          ))}
        </div>
      </div>
    </section>
  );
}
