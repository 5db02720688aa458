import { useFetched } from '../ui/use-fetched.js';
import { api } from '../api/paths.js';

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
