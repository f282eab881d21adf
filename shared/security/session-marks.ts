import { mayAnswer, type RedisClient } from '../clients/redis.ts';
import { creatorKey } from '../config/redis-keys.ts';
import { log } from '../observability/logger.ts';
import { ACCESS_TOKEN_LIFETIME_SECONDS } from './access-token.ts';

export type SessionMark = 'live' | 'ended';

/** What Redis remembers of sessions so that most requests need not ask Postgres, which holds the truth. */
export interface SessionMarks {
  /** `undefined` when nothing is remembered or Redis does not answer: then ask Postgres. */
  read(creatorId: string, sessionId: string): Promise<SessionMark | undefined>;
  /** Never overwrites an end that came in between. */
  noteLive(creatorId: string, sessionId: string): Promise<void>;
  /** Refuses the session's access tokens everywhere at once, and outlives them all. */
  noteEnded(creatorId: string, sessionIds: readonly string[]): Promise<void>;
}

const ENDED_SECONDS = ACCESS_TOKEN_LIFETIME_SECONDS + 60;

/** @param liveSeconds bounds how long a session can pass that ended while Redis was out of reach */
export function openSessionMarks(redis: RedisClient, liveSeconds: number): SessionMarks {
  const key = (creatorId: string, sessionId: string) => creatorKey(creatorId, 'session', sessionId);
  const tolerate = (error: unknown) => {
    log.warn('session marks are out of reach', { reason: error instanceof Error ? error.message : String(error) });
    return undefined;
  };
  return {
    read: async (creatorId, sessionId) => {
      if (!mayAnswer(redis)) return undefined;
      const mark = await redis.get(key(creatorId, sessionId)).catch(tolerate);
      return mark === 'live' || mark === 'ended' ? mark : undefined;
    },
    noteLive: async (creatorId, sessionId) => {
      if (!mayAnswer(redis)) return;
      await redis.set(key(creatorId, sessionId), 'live', 'EX', liveSeconds, 'NX').catch(tolerate);
    },
    noteEnded: async (creatorId, sessionIds) => {
      const writes = sessionIds.map((id) => redis.set(key(creatorId, id), 'ended', 'EX', ENDED_SECONDS));
      await Promise.all(writes).catch(tolerate);
    },
  };
}
