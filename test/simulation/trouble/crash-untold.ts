import type { WireRequest } from '../network/network.js';
import type { World } from '../world.js';

/** An agent whose tofu has done its work and handed its state in, and which dies before it has told so: its job is given out again. */
export function crashUntold({ wide, random, trouble, timeline, processes }: World, from: string, { method, url }: WireRequest): void {
  if (!wide || trouble.calm || method !== 'POST' || !url.pathname.startsWith('/state/') || !random.chance(0.35)) return;
  trouble.count('crash');
  timeline.after(random.between(0, 600), undefined, () => processes.get(from)?.kill());
}
