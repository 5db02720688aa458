import { signIn } from './sign-in.js';

/**
 * Signs in by the code of a link (`/ui/#code=…`), if the address has one; it is taken out of the address and the history
 * first. Gives how it failed.
 */
export async function signInByLink(): Promise<unknown> {
  const code = /^#code=([\w-]+)$/.exec(window.location.hash)?.[1];
  if (code === undefined) return undefined;
  window.history.replaceState(null, '', window.location.pathname + window.location.search);
  return signIn({ code }).then(
    () => undefined,
    (error: unknown) => error,
  );
}
