import { recordAudit } from '../database/audit.ts';
import type { TenantDatabase } from '../database/tenant-database.ts';
import { log } from '../observability/logger.ts';
import { currentScope } from '../observability/request-scope.ts';
import { type AuthenticateCreator, actorOf } from './credentials.ts';

const TELL_EVERY_MS = 3_600_000;
const MAX_REMEMBERED = 1_000;

/**
 * Tells the audit trail of credentials that were used for what they may not do: once an hour for each credential and
 * permission (and instance), so that a program that insists does not fill the trail.
 */
export function refusalsToTrail(database: TenantDatabase): NonNullable<AuthenticateCreator['noteRefusal']> {
  const toldAt = new Map<string, number>();

  return async (caller, permission) => {
    const key = `${caller.id} ${permission}`;
    if (Date.now() - (toldAt.get(key) ?? 0) < TELL_EVERY_MS) return;
    if (toldAt.size >= MAX_REMEMBERED) toldAt.clear();
    toldAt.set(key, Date.now());
    const { creatorId } = caller;
    const event = { creatorId, actor: actorOf(caller), action: 'permission.refused', subjectId: caller.id };
    await database
      .changeAtOnce(creatorId, (db) =>
        recordAudit(db, { ...event, fields: [permission], requestId: currentScope()?.requestId }),
      )
      .catch((error: unknown) => log.error('a refused permission could not be told to the trail', error));
  };
}
