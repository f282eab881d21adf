import * as z from 'zod';

/** What an API key may be given; a session has all of them. */
export const PERMISSIONS = [
  'documents:read',
  'documents:write',
  'widgets:read',
  'widgets:write',
  'conversations:read',
  'conversations:write',
  'answers:create',
  'analytics:read',
  'account:manage',
] as const;

/** One of `PERMISSIONS`. */
export const Permission = z.enum(PERMISSIONS);
export type Permission = z.infer<typeof Permission>;
