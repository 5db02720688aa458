import { z } from 'zod';
import { Name } from './meta.js';

export const mostNamespaces = 32;

/** A token of a person who has business in these namespaces alone. There is no taking it back before it expires but by another root key. */
export const TokenRequest = z.strictObject({ name: Name, namespaces: z.array(Name).min(1).max(mostNamespaces), days: z.number().positive().max(366).default(90) });
export type TokenRequest = z.input<typeof TokenRequest>;

export const TokenAnswer = z.object({ token: z.string(), name: z.string(), namespaces: z.array(z.string()), expires: z.string() });
export type TokenAnswer = z.infer<typeof TokenAnswer>;
