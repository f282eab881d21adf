import type { RedisClient } from '../../../shared/clients/redis.ts';
import { creatorKey } from '../../../shared/config/redis-keys.ts';
import { openForgetting } from './answer-cache.ts';

/** What Redis may still hold of a document: remembered answers, and frames of conversations that quoted it. */
export interface DocumentTraces {
  /**
   * Drops the creator's remembered answers, those that are being made too, and the frames of these conversations.
   * Whoever resumes one of them is told to load it anew; its numbering goes on.
   */
  remove(creatorId: string, conversationIds: readonly string[]): Promise<void>;
  /** How many remembered answers, and frames of these conversations, name the document. */
  count(creatorId: string, documentId: string, conversationIds: readonly string[]): Promise<number>;
}

/** Looks where the answer cache and the conversations' streams keep them. Both functions throw when Redis is away. */
export function openDocumentTraces({ redis }: { redis: RedisClient }): DocumentTraces {
  const answersKey = (creatorId: string) => creatorKey(creatorId, 'answers');
  const forgetAnswers = openForgetting(redis);
  const framesKey = (creatorId: string, id: string) => creatorKey(creatorId, 'conversation', id, 'frames');
  return {
    async remove(creatorId, conversationIds) {
      await forgetAnswers(creatorId);
      for (const id of conversationIds) await redis.del(framesKey(creatorId, id));
    },
    async count(creatorId, documentId, conversationIds) {
      const answers = await redis.hvals(answersKey(creatorId));
      let found = answers.filter((answer) => answer.includes(documentId)).length;
      for (const id of conversationIds) {
        const frames = await redis.xrange(framesKey(creatorId, id), '-', '+');
        found += frames.filter(([, fields]) => fields.some((field) => field.includes(documentId))).length;
      }
      return found;
    },
  };
}
