const key = 'spawnit.session';

/** This page's half of the session: no token without the cookie, which no script can read, and no other port of this host has it. */
export function pageHalf(): string | undefined {
  return localStorage.getItem(key) ?? undefined;
}

export function keepPageHalf(half: string): void {
  localStorage.setItem(key, half);
}

/** Tells of a sign-out, or a sign-in, in another page of this browser; gives what ends that. */
export function onChangeElsewhere(tell: (signedIn: boolean) => void): () => void {
  const listen = ({ key: changed, newValue }: StorageEvent) => (changed === key || changed === null) && tell(newValue !== null);
  window.addEventListener('storage', listen);
  return () => window.removeEventListener('storage', listen);
}

export function dropPageHalf(): void {
  localStorage.removeItem(key);
}
