import * as z from 'zod';
import type { Services } from './services.ts';

const Rows = z.array(z.object({ action: z.string(), actor: z.string() }));

/** The actions of a creator's trail, oldest first. */
export async function auditTrail(services: Services, creatorId: string): Promise<{ action: string; actor: string }[]> {
  const rows = await services.hub.asAuth.readAsTenant(creatorId, (db) =>
    db.query('select action, actor from audit_events where creator_id = $1 order by created_at, id', [creatorId]),
  );
  return Rows.parse(rows);
}
