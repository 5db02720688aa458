import { useCallback, useLayoutEffect, useRef, useState, type RefObject } from 'react';

/** Browsers draw nothing beyond some 33 million px; what is higher is scrolled through in larger steps. */
const highestPx = 15_000_000;

export interface Viewport {
  scroller: RefObject<HTMLDivElement | null>;
  onScroll: () => void;
  width: number;
  height: number;
  /** What is scrolled to, in px of the whole. */
  top: number;
  /** Height of what scrolls. */
  physical: number;
  /** From px of the whole to px of what scrolls. */
  place: (px: number) => number;
  scrollTo: (px: number) => void;
  atEnd: () => boolean;
}

/** Which part of something `total` px high is seen. */
export function useViewport(total: number): Viewport {
  const scroller = useRef<HTMLDivElement>(null);
  const [{ width, height, scrolled }, setSeen] = useState({ width: 0, height: 0, scrolled: 0 });
  const look = useCallback(() => {
    const { clientWidth, clientHeight, scrollTop } = scroller.current!;
    setSeen((before) => (before.width === clientWidth && before.height === clientHeight && before.scrolled === scrollTop ? before : { width: clientWidth, height: clientHeight, scrolled: scrollTop }));
  }, []);
  useLayoutEffect(() => {
    look();
    const observer = new ResizeObserver(look);
    observer.observe(scroller.current!);
    return () => observer.disconnect();
  }, [look]);
  const physical = Math.min(total, highestPx);
  const scale = physical > height ? (total - height) / (physical - height) : 1;
  const top = scrolled * scale;
  const scrollTo = useCallback(
    (px: number) => {
      scroller.current!.scrollTop = px / scale;
      look();
    },
    [scale, look],
  );
  const atEnd = () => {
    const { scrollTop, clientHeight, scrollHeight } = scroller.current!;
    return scrollTop + clientHeight >= scrollHeight - 2;
  };
  return { scroller, onScroll: look, width, height, top, physical, place: (px) => scrolled + (px - top), scrollTo, atEnd };
}
