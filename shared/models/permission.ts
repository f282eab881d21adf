import * as z from 'zod';

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

export const Permission = z.enum(PERMISSIONS);
export type Permission = z.infer<typeof Permission>;
