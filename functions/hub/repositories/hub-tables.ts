import { type AuditEvent, recordAudit } from '../../../shared/database/audit.ts';
import type { Executor } from '../../../shared/database/executor.ts';
import { type Analytics, openAnalytics } from './analytics.ts';
import { type AuditTrail, openAuditTrail } from './audit-trail.ts';
import { type Conversations, openConversations } from './conversations.ts';
import { type CreatorSettings, openCreatorSettings } from './creator-settings.ts';
import { type ErasureReceipts, openErasureReceipts } from './erasure-receipts.ts';
import { openWidgets, type Widgets } from './widgets.ts';

/** The tables of one creator inside one transaction. */
export interface HubTables {
  readonly creatorId: string;
  /** For the life cycles of `shared`, which bring their own SQL. */
  readonly db: Executor;
  readonly widgets: Widgets;
  readonly settings: CreatorSettings;
  readonly conversations: Conversations;
  readonly analytics: Analytics;
  readonly auditTrail: AuditTrail;
  readonly erasureReceipts: ErasureReceipts;
  /** Tells what was done: written last, together with the commit. Names of fields, never values. */
  audit(action: string, subjectId: string, fields?: readonly string[]): void;
}

/** `writeAudit` issues what was told; the caller commits after it. */
export function hubTables(
  db: Executor,
  by: Pick<AuditEvent, 'creatorId' | 'actor' | 'requestId'>,
): { readonly tables: HubTables; readonly writeAudit: () => Promise<unknown> } {
  const { creatorId } = by;
  const told: AuditEvent[] = [];
  const tables = {
    creatorId,
    db,
    widgets: openWidgets(db, creatorId),
    settings: openCreatorSettings(db, creatorId),
    conversations: openConversations(db, creatorId),
    analytics: openAnalytics(db, creatorId),
    auditTrail: openAuditTrail(db, creatorId),
    erasureReceipts: openErasureReceipts(db, creatorId),
    audit: (action: string, subjectId: string, fields?: readonly string[]) => {
      told.push({ ...by, action, subjectId, fields });
    },
  };
  return { tables, writeAudit: () => Promise.all(told.map((event) => recordAudit(db, event))) };
}
