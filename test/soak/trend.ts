export interface Point {
  /** In hours. */
  at: number;
  value: number;
}

export interface Trend {
  first: number;
  last: number;
  highest: number;
  /** Growth in an hour, by least squares. */
  perHour: number;
  /** How far off that may be: two standard errors. */
  within: number;
}

/** The straight line through the points; of fewer than three nothing can be said. */
export function trendOf(points: readonly Point[]): Trend {
  const [first, last] = [points[0]?.value ?? 0, points.at(-1)?.value ?? 0];
  const highest = points.reduce((most, { value }) => Math.max(most, value), 0);
  if (points.length < 3) return { first, last, highest, perHour: 0, within: Infinity };
  const mean = (of: (point: Point) => number) => points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [at, value] = [mean((point) => point.at), mean((point) => point.value)];
  const spread = points.reduce((sum, point) => sum + (point.at - at) ** 2, 0);
  const perHour = points.reduce((sum, point) => sum + (point.at - at) * (point.value - value), 0) / spread;
  const left = points.reduce((sum, point) => sum + (point.value - value - perHour * (point.at - at)) ** 2, 0);
  return { first, last, highest, perHour, within: 2 * Math.sqrt(left / (points.length - 2) / spread) };
}

/** Grows only what does so beyond doubt, and by more than it may. */
export function grows({ perHour, within }: Trend, allowedPerHour: number): boolean {
  return perHour - within > allowedPerHour;
}
