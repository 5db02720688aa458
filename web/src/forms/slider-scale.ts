import type { FieldSchema } from './schema.js';

/** Positions of a slider: enough for the hand, few enough for the arrow keys. */
export const positions = 100;

interface Scale {
  /** Of a value, from 0 to `positions`. */
  positionOf(value: number): number;
  /** The value that a slider moved from the position of `from` to `position` means; never the same one as before. */
  valueAt(position: number, from: number): number;
}

const wide = 100;

/** Even where a few steps span it all; else by ratio, so that 64 MB and 64 GB are both within reach. */
export function scaleOf({ minimum: min = 0, maximum: max = 1, type }: FieldSchema): Scale {
  const whole = type === 'integer';
  const step = whole ? 1 : min > 0 ? min : (max - min) / 1_000;
  const even = (max - min) / step <= wide;
  const span = even ? max - min : Math.log((max - min) / step + 1);
  const positionOf = (value: number) => {
    const way = even ? value - min : Math.log((clamp(value, min, max) - min) / step + 1);
    return Math.round((clamp(way, 0, span) / span) * positions);
  };
  const valueAt = (position: number, from: number) => {
    const way = (position / positions) * span;
    const rough = even ? min + way : min + step * (Math.exp(way) - 1);
    const value = clamp(rounded(rough, whole, step), min, max);
    if (position === positions) return max;
    // Close together a step of the slider may round to the same value: the keyboard must get on all the same.
    return value === from && position !== positionOf(from) ? clamp(tidy(from + Math.sign(position - positionOf(from)) * step), min, max) : value;
  };
  return { positionOf, valueAt };
}

function rounded(value: number, whole: boolean, step: number): number {
  if (whole) return value < wide ? Math.round(value) : Number(value.toPrecision(2));
  return tidy(value < wide * step ? Math.round(value / step) * step : Number(value.toPrecision(2)));
}

function tidy(value: number): number {
  return Number(value.toPrecision(12));
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value));
}
