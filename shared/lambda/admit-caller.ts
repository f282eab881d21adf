import { APIError } from '../errors/api-error.ts';
import { log } from '../observability/logger.ts';
import type { CreatorCredential, VisitorCredential } from '../security/credentials.ts';
import type { RestService } from './rest-service.ts';
import type { Access } from './route.ts';

/** Who calls; undefined where a route is public. */
export type Caller = CreatorCredential | VisitorCredential | undefined;

interface CallerRequest {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly sourceIp: string;
}

type Guards = Pick<RestService<never>, 'service' | 'authenticateCreator' | 'authenticateVisitor'>;

/**
 * Finds out who calls and whether this route is for them. @throws APIError AUTHENTICATION_REQUIRED, RATE_LIMITED or
 * PERMISSION_DENIED, the last noted as a security event
 */
export async function admitCaller(
  service: Guards,
  access: Access,
  request: CallerRequest,
  onKnown: (caller: CreatorCredential | VisitorCredential) => void,
): Promise<Caller> {
  const caller = await authenticate(service, access, request);
  if (caller) onKnown(caller);
  await requirePermission(service, access, caller);
  return caller;
}

async function authenticate(service: Guards, access: Access, { headers, sourceIp }: CallerRequest): Promise<Caller> {
  if (access === 'public') return undefined;
  if (access !== 'visitor') return service.authenticateCreator(headers.authorization, sourceIp);
  if (!service.authenticateVisitor) throw new Error(`service ${service.service} has no visitors`);
  return service.authenticateVisitor(headers.authorization, headers.origin);
}

async function requirePermission(service: Guards, access: Access, caller: Caller): Promise<void> {
  if (!caller || caller.kind === 'visitor' || access === 'creator' || access === 'public' || access === 'visitor')
    return;
  if (caller.permissions.includes(access)) return;
  log.security('permission_refused', { permission: access, credential: caller.kind });
  await service.authenticateCreator.noteRefusal?.(caller, access);
  throw new APIError('PERMISSION_DENIED', `This credential lacks the permission ${access}.`, {
    details: { permission: access },
  });
}
