/** Times in the server's words, which are UTC, as the clock of the reader has them; with the day when that is another one. */
export function inLocalTime(text: string, now = new Date()): string {
  return text.replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, (iso) => {
    const time = new Date(iso);
    return time.toDateString() === now.toDateString() ? time.toLocaleTimeString() : time.toLocaleString();
  });
}
