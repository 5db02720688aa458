/** Results, on stdout. Nothing is written for nothing. */
export function print(text: string): void {
  if (text !== '') process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

/** Progress and remarks, on stderr, so that a pipe gets results only. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}
