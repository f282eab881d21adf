import { createHmac } from 'node:crypto';

/** The database role that each service logs in with; it owns nothing. */
export const SERVICE_ROLES = {
  auth: 'understudy_auth',
  hub: 'understudy_hub',
  ai: 'understudy_ai',
  channel: 'understudy_channel',
} as const;

export type ServiceName = keyof typeof SERVICE_ROLES;

/**
 * The address a service logs in with. Its password follows from the migration role's, so that any number of hosts
 * on one server agree on it without meeting.
 */
export function serviceDatabaseUrl(migrationUrl: string, service: ServiceName): string {
  const url = new URL(migrationUrl);
  url.password = servicePassword(decodeURIComponent(url.password), service);
  url.username = SERVICE_ROLES[service];
  return url.toString();
}

/** The password of a role where none is given: derived from the migration role’s, so that nothing else must be kept. */
export function servicePassword(migrationPassword: string, service: ServiceName): string {
  return createHmac('sha256', migrationPassword).update(`understudy:${service}`).digest('base64url');
}
