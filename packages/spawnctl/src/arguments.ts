const switches = ['all', 'all-namespaces', 'client', 'follow', 'force', 'force-conflicts', 'ignore-not-found', 'list', 'no-headers', 'overwrite', 'previous', 'prune', 'quiet', 'recursive', 'server-side', 'show-labels', 'wait', 'watch', 'yes'];
const shortSwitches = ['A', 'R', 'q', 'w', 'y'];
/** Elsewhere these take a file and a patch. */
const shortSwitchesOfLogs = ['f', 'p'];
/** Of these a negation is an option of its own. */
const negatable = ['wait'];

/** Lets kubectl's spellings through: `-o=json` for `-o json`, `--wait=false` for `--no-wait`, `--watch=true` for `--watch`, `-A=true` for `-A`. */
export function normalise(words: string[]): string[] {
  const end = words.indexOf('--');
  const options = end < 0 ? words : words.slice(0, end);
  const shorts = words.includes('logs') ? [...shortSwitches, ...shortSwitchesOfLogs] : shortSwitches;
  return [...options.flatMap((word) => plain(word, shorts)), ...words.slice(options.length)];
}

function plain(word: string, shorts: string[]): string[] {
  const short = /^-([A-Za-z])=(.*)$/s.exec(word);
  if (short && shorts.includes(short[1]!) && /^(true|false)$/.test(short[2]!)) return short[2] === 'true' ? [`-${short[1]}`] : [];
  if (short) return [`-${short[1]}`, short[2]!];
  const long = /^--([a-z-]+)=(true|false)$/.exec(word);
  if (!long || !switches.includes(long[1]!)) return [word];
  if (long[2] === 'true') return [`--${long[1]}`];
  return negatable.includes(long[1]!) ? [`--no-${long[1]}`] : [];
}
