import { useLocation, useNavigate } from '@tanstack/react-router';
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { api } from '../api/paths.js';
import { Button, FailureNotice } from '../ui/parts.js';
import { usePreference } from '../ui/use-preference.js';
import { plainText } from './ansi.js';
import { CopyButton } from './copy-button.js';
import { DownloadButton } from './download-button.js';
import { Lines } from './lines.js';
import './log.css';
import type { LogText } from './log-text.js';
import { hashOf, rangeOf, type LineRange } from './range.js';
import { SearchBar } from './search-bar.js';
import { useLog } from './use-log.js';
import { useSearch } from './use-search.js';


/** A run's log: it follows its end until one scrolls up, is searched, and has an address for each line. */
export function LogView({ namespace, name }: { namespace: string; name: string }) {
  const { text, over, error } = useLog(namespace, name);
  const chosen = rangeOf(useLocation({ select: ({ hash }) => hash }));
  const navigate = useNavigate();
  const [wrap, setWrap] = usePreference('log.wrap', false);
  const [words, setWords] = useState('');
  const found = useSearch(text, words);
  const [goTo, setGoTo] = useState<{ line: number }>();
  const [seen, setSeen] = useState<number>();
  const top = useRef(0);
  const onTop = useCallback((line: number) => void (top.current = line), []);
  const arrived = useArrival(text, chosen?.from);
  const follow = (on: boolean) => setSeen((before) => (on ? undefined : (before ?? text.count)));
  const show = (line: number) => {
    follow(false);
    setGoTo({ line });
  };
  useEffect(() => {
    if (arrived && chosen) show(chosen.from - 1);
    // Once, when the line that the address names has come.
  }, [arrived]);
  const choose = (range: LineRange) => void navigate({ to: '.', search: true, params: true, hash: hashOf(range), replace: true, resetScroll: false, hashScrollIntoView: false });
  const following = seen === undefined && !(chosen && !arrived);
  return (
    <section className="stack" aria-labelledby="log">
      <div className="row between">
        <h2 id="log">Log <LineCount text={text} over={over} /></h2>
        <div className="row">
          <SearchBar words={words} onWords={setWords} found={found} at={goTo?.line} from={() => top.current} onGo={show} />
          <label className="row"><input type="checkbox" checked={wrap} onChange={(event) => setWrap(event.target.checked)} /> Wrap</label>
          <CopyButton what={chosen ? 'lines' : 'log'} text={() => plainLines(text, chosen)} />
          <DownloadButton path={api.jobLog(namespace, name)} name={`${name}.log`} />
        </div>
      </div>
      {error !== undefined && <FailureNotice error={error} title="The log could not be read; it is tried again" />}
      <div className="log-frame">
        <Lines text={text} wrap={wrap} following={following} onFollow={follow} chosen={chosen} onChoose={choose} pattern={found.pattern} current={words === '' ? undefined : goTo?.line} goTo={goTo} onTop={onTop} />
        {over && text.count === 0 && <p className="empty-log quiet">Nothing was written in this run.</p>}
        {!following && <NewLines text={text} seen={seen ?? 0} over={over} onFollow={() => follow(true)} />}
      </div>
    </section>
  );
}

function LineCount({ text, over }: { text: LogText; over: boolean }) {
  useSyncExternalStore(text.subscribe, text.version);
  return <span className="quiet">{text.count.toLocaleString('en')} lines{over ? '' : ', following'}</span>;
}

function NewLines({ text, seen, over, onFollow }: { text: LogText; seen: number; over: boolean; onFollow: () => void }) {
  useSyncExternalStore(text.subscribe, text.version);
  const fresh = text.count - seen;
  if (over && fresh <= 0) return null;
  return <div className="new-lines"><Button kind="primary" onPress={onFollow}>{fresh > 0 ? `${fresh.toLocaleString('en')} new line${fresh === 1 ? '' : 's'}` : 'Follow the end'} ↓</Button></div>;
}

/** Whether that line is there yet; without one, it is not waited for. */
function useArrival(text: LogText, line: number | undefined): boolean {
  const first = useRef(line).current;
  return useSyncExternalStore(text.subscribe, () => first !== undefined && text.count >= first);
}

function plainLines(text: LogText, range?: LineRange): string {
  const [from, to] = [(range?.from ?? 1) - 1, Math.min(range?.to ?? text.count, text.count)];
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => plainText(text.line(from + i))).join('\n');
}
