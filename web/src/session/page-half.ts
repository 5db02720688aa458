const key = 'spawnit.session';

/** This page's half of the session: no token without the cookie, which no script can read, and no other port of this host has it. */
export function pageHalf(): string | undefined {
  return localStorage.getItem(key) ?? undefined;
}

export function keepPageHalf(half: string): void {
  localStorage.setItem(key, half);
}

export function dropPageHalf(): void {
  localStorage.removeItem(key);
}
