const switches = ['all', 'all-namespaces', 'client', 'follow', 'force', 'force-conflicts', 'ignore-not-found', 'no-headers', 'overwrite', 'previous', 'prune', 'recursive', 'server-side', 'show-labels', 'wait', 'watch'];
/** Of these a negation is an option of its own. */
const negatable = ['wait'];

/** Lets kubectl's spellings through: `-o=json` for `-o json`, `--wait=false` for `--no-wait`, `--watch=true` for `--watch`. */
export function normalise(words: string[]): string[] {
  const end = words.indexOf('--');
  const options = end < 0 ? words : words.slice(0, end);
  return [...options.flatMap(plain), ...words.slice(options.length)];
}

function plain(word: string): string[] {
  const short = /^-([A-Za-z])=(.*)$/s.exec(word);
  if (short) return [`-${short[1]}`, short[2]!];
  const long = /^--([a-z-]+)=(true|false)$/.exec(word);
  if (!long || !switches.includes(long[1]!)) return [word];
  if (long[2] === 'true') return [`--${long[1]}`];
  return negatable.includes(long[1]!) ? [`--no-${long[1]}`] : [];
}
