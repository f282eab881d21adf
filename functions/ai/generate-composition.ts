import type * as z from 'zod';
import { openAdapters } from '../../shared/channels/adapters.ts';
import { openOutlet } from '../../shared/channels/outlet.ts';
import { openRedis } from '../../shared/clients/redis.ts';
import { openTurnQueue } from '../../shared/clients/turn-queue.ts';
import { openWorkQueue } from '../../shared/clients/work-queue.ts';
import type { AiEnv } from '../../shared/config/env-constants.ts';
import { openPool } from '../../shared/database/pool.ts';
import { openTenantDatabase } from '../../shared/database/tenant-database.ts';
import { readLastSeq } from '../../shared/lifecycles/conversation/conversation-record.ts';
import { openConversationStream } from '../../shared/lifecycles/conversation/conversation-stream.ts';
import { readLostRight } from '../../shared/lifecycles/conversation/page-right.ts';
import { openCancelSignal } from '../../shared/lifecycles/turn/cancel-signal.ts';
import { openFleetMetrics } from '../../shared/observability/fleet-metrics.ts';
import { openAnswerDependencies, openModelServers } from './answer-composition.ts';
import { openAnswerCache } from './gateways/answer-cache.ts';
import { readAnswerBasis } from './repositories/answer-basis.ts';
import { readVoiceOfTurn } from './repositories/voices.ts';
import { answerQuestion } from './use-cases/answer/answer-question.ts';
import { dismissPage } from './use-cases/answer/dismiss-page.ts';
import type { GenerateDependencies } from './use-cases/answer/generate-turn.ts';
import { openPlaceTeller } from './use-cases/answer/tell-places.ts';
import { openCancelWatch } from './use-cases/answer/watch-cancels.ts';
import { widenQuery } from './use-cases/retrieve/widen-query.ts';

type Env = z.output<typeof AiEnv>;

/** Builds what the generation of turns works with, once per instance. */
export function openGeneration(env: Env): GenerateDependencies {
  const redis = openRedis(env.REDIS_URL);
  openFleetMetrics(redis); // From here on what is counted is carried to the fleet.
  const database = openTenantDatabase(openPool(env.DATABASE_URL, { maxConnections: env.DATABASE_POOL_SIZE }));
  const { ollama, vectors, models } = openModelServers(env, redis);
  const answers = openAnswerCache({ redis });
  const answering = openAnswerDependencies({ database, ollama, vectors, models, answers });
  const outlet = openOutlet(Object.values(openAdapters(env)));
  const stream = openConversationStream({
    redis,
    post: outlet.post,
    readLastSeq: (creatorId, conversationId) =>
      database.readAsTenant(creatorId, (db) => readLastSeq(db, { creatorId, conversationId })),
  });
  return {
    database,
    stream,
    places: openPlaceTeller(stream),
    turns: openTurnQueue(openWorkQueue(env.TURNS_QUEUE_URL)),
    answer: (asked) => answerQuestion(answering, asked),
    prepareAnswer: ({ question, history }) => ollama.embedAhead(widenQuery(question, history).text),
    readVoice: readVoiceOfTurn,
    readBasis: readAnswerBasis,
    cancels: openCancelWatch(openCancelSignal(redis)),
    readLostRight,
    dismissPage: (key, reason) => dismissPage({ stream, outlet }, key, reason),
    chatModel: ollama.chatModel,
  };
}
