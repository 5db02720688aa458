/**
 * Beside the command, from before it begins, looks every second for the lease's end. Whatever can't be read or compared is taken
 * for it. What the command leaves behind goes with it.
 */
const script = `lease=$1
shift
watch() {
  asked=
  while kill -0 "$1"; do
    stop=0 end=0 now=0
    read -r stop end <"$lease"
    read -r now _ </proc/uptime
    now=\${now%.*}
    if ! [ "$now" -lt "$end" ]; then break; fi
    if [ -z "$asked" ] && ! [ "$now" -lt "$stop" ]; then asked=1; kill -TERM "$1"; fi
    sleep 1
  done
  kill -KILL "-$1"
}
watch $$ </dev/null >/dev/null 2>&1 &
exec "$@"`;

/**
 * Put before a command that leads a process group, it has the group end with the lease even while the agent stands still or is
 * no more: for providers whose calls no gate sees.
 */
export function endingWithLease(leaseFile: string): string[] {
  return ['/bin/sh', '-c', script, 'sh', leaseFile];
}
