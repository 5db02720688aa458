/** What a long bench is at, with the seconds since its process began. */
export function progress(text: string): void {
  console.error(`${Math.round(performance.now() / 1_000).toString().padStart(5)} s  ${text}`);
}
