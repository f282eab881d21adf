import { randomUUID } from 'node:crypto';
import { openPool } from '../../../../shared/database/pool.ts';
import { openTenantDatabase } from '../../../../shared/database/tenant-database.ts';
import { newVisitor } from './actors.ts';
import type { Scene } from './entry.ts';

export interface SpokenConversation {
  readonly conversationId: string;
  readonly visitorToken: string;
  /** The assistant's answer, which its visitor may rate. */
  readonly answerId: string;
}

/** A visitor's conversation with one question and one answer, both with the creator's mark. */
export async function newConversation({ services, actor }: Scene): Promise<SpokenConversation> {
  const visitorToken = await newVisitor(services, actor.widgetId);
  const [, claims = ''] = visitorToken.split('.');
  const { conversation_id: conversationId } = JSON.parse(Buffer.from(claims, 'base64url').toString('utf8'));
  const [turnId, questionId, answerId] = [randomUUID(), randomUUID(), randomUUID()];
  const pool = openPool(services.hub.database.urlFor('channel'), { maxConnections: 1 });
  await openTenantDatabase(pool).withTenant(actor.id, async (db) => {
    await db.query(
      `insert into turns (creator_id, id, conversation_id, client_message_id, number, status, question_message_id,
         answer_message_id, finish_reason, announced)
       values ($1, $2, $3, $4, 1, 'completed', $5, $6, 'stop', true)`,
      [actor.id, turnId, conversationId, randomUUID(), questionId, answerId],
    );
    await db.query(
      `insert into messages (creator_id, id, conversation_id, turn_id, role, text)
       values ($1, $2, $4, $5, 'visitor', $6), ($1, $3, $4, $5, 'assistant', $6)`,
      [actor.id, questionId, answerId, conversationId, turnId, actor.mark],
    );
  });
  await pool.end();
  return { conversationId, visitorToken, answerId };
}
