import type { Executor } from './executor.ts';

export interface AuditEvent {
  readonly creatorId: string;
  /** Who did it: `session:<id>`, `api_key:<id>`, `visitor:<id>` or `system:<function>`. */
  readonly actor: string;
  /** What was done, as `noun.verb`: `widget.created`, `document.deleted`. */
  readonly action: string;
  readonly subjectId?: string;
  /** Names of the fields that changed. Values never stand in the trail. */
  readonly fields?: readonly string[];
  readonly requestId?: string;
}

/** Written in the same transaction as the change it tells of; the application can insert and read, never alter. */
export async function recordAudit(db: Executor, event: AuditEvent): Promise<void> {
  await db.query(
    `insert into audit_events (creator_id, actor, action, subject_id, fields, request_id)
     values ($1, $2, $3, $4, $5, $6)`,
    [event.creatorId, event.actor, event.action, event.subjectId ?? null, event.fields ?? [], event.requestId ?? null],
  );
}
