import { call } from '../api/call.js';
import { api } from '../api/paths.js';
import { useFetched } from '../ui/use-fetched.js';

interface Session {
  role: string;
  name: string;
  /** Whether things may be broken on purpose here. */
  demo: boolean;
}

/** Whose session this is; undefined until it is known. */
export function useSession(): Session | undefined {
  return useFetched<Session>(api.session).data;
}

/** Who has signed in just now, in another page of this browser. Throws Failure. */
export async function whoIsIn(): Promise<string> {
  return (await call<Session>(api.session, { patient: false })).name;
}
