import { recordAudit } from '../../../shared/database/audit.ts';
import { NotFoundError } from '../../../shared/errors/not-found-error.ts';
import { rateMessage } from '../../../shared/lifecycles/conversation/messages.ts';
import { currentScope } from '../../../shared/observability/request-scope.ts';
import { actorOf, type VisitorCredential } from '../../../shared/security/credentials.ts';
import type { ChannelUse } from '../channel-use.ts';
import { admitVisitor, guarded } from './admit-page.ts';

export interface Rating {
  readonly messageId: string;
  readonly rating: 'up' | 'down';
  readonly comment?: string;
}

/** Each change of a rating is an event of the audit trail, which is kept for good. */
const RATINGS_PER_VISITOR = { points: 20, perSeconds: 60 };

/** @throws APIError RATE_LIMITED; NotFoundError unless it is an answer of this very conversation */
export async function rateAnswer(use: ChannelUse, visitor: VisitorCredential, rating: Rating): Promise<void> {
  const { creatorId, conversationId, visitorId } = visitor;
  await use.limiter.consume('rating-visitor', { creatorId, of: visitorId }, RATINGS_PER_VISITOR);
  await use.database.withTenant(creatorId, async (db) => {
    const rated = await guarded(
      admitVisitor(use, db, visitor),
      rateMessage(db, { creatorId, conversationId, ...rating }),
    );
    if (!rated) throw new NotFoundError();
    if (rated === 'same') return;
    await recordAudit(db, {
      creatorId,
      actor: actorOf(visitor),
      action: 'message.rated',
      subjectId: rating.messageId,
      fields: rating.comment === undefined ? ['rating'] : ['rating', 'comment'],
      requestId: currentScope()?.requestId,
    });
  });
}
