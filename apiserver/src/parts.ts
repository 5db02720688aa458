import type { Part } from './context.js';

/** Everything that the server is made of, besides the generic routes. A new part is a line here. */
export const parts: Part[] = [];
