/** This machine's platform in Go's words, as releases are named: `linux`, `amd64`. */
export function goPlatform(platform: string = process.platform, arch: string = process.arch): { os: string; arch: string } {
  return { os: platform === 'win32' ? 'windows' : platform, arch: arch === 'x64' ? 'amd64' : arch };
}
