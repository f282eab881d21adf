import type pg from 'pg';
import type * as z from 'zod';
import { openAdapters } from '../../shared/channels/adapters.ts';
import { openOutlet } from '../../shared/channels/outlet.ts';
import { openRedis, type RedisClient } from '../../shared/clients/redis.ts';
import { openTurnQueue } from '../../shared/clients/turn-queue.ts';
import { openWorkQueue } from '../../shared/clients/work-queue.ts';
import { ChannelEnv, readEnv } from '../../shared/config/env-constants.ts';
import { webManifestAt } from '../../shared/config/web-manifest.ts';
import { lockDailyAnswers, readDailyAnswers } from '../../shared/database/daily-answers.ts';
import { openPool } from '../../shared/database/pool.ts';
import { openTenantDatabase } from '../../shared/database/tenant-database.ts';
import { readLastSeq } from '../../shared/lifecycles/conversation/conversation-record.ts';
import { openConversationStream } from '../../shared/lifecycles/conversation/conversation-stream.ts';
import { openCancelSignal } from '../../shared/lifecycles/turn/cancel-signal.ts';
import { type FleetMetrics, openFleetMetrics } from '../../shared/observability/fleet-metrics.ts';
import { openRateLimiter } from '../../shared/security/rate-limiter.ts';
import type { ChannelUse } from './channel-use.ts';
import { openConnections } from './gateways/connections.ts';
import { openSessionTokens } from './gateways/session-tokens.ts';
import { openTickets } from './gateways/tickets.ts';
import { findCreatorOfWidget, readWidget, readWidgetRights } from './repositories/widgets.ts';

export interface Channel {
  readonly env: z.output<typeof ChannelEnv>;
  readonly use: ChannelUse;
  readonly pool: pg.Pool;
  readonly redis: RedisClient;
  readonly metrics: FleetMetrics;
}

const SOCKETS_PER_VISITOR = 3;
const SOCKETS_PER_ADDRESS = 20;

/** Built at the first event of an instance and kept. @throws Error naming what is missing in the environment */
export function composeChannel(variables: NodeJS.ProcessEnv = process.env): Channel {
  const env = readEnv(ChannelEnv, variables);
  const pool = openPool(env.DATABASE_URL, { maxConnections: env.DATABASE_POOL_SIZE });
  const redis = openRedis(env.REDIS_URL);
  const database = openTenantDatabase(pool);
  const adapters = openAdapters(env);
  const outlet = openOutlet(Object.values(adapters));
  const scaled = (limit: number) => Math.max(1, Math.round(limit * env.RATE_LIMIT_FACTOR));
  const use: ChannelUse = {
    database,
    findCreatorOfWidget: findCreatorOfWidget(pool),
    readWidget,
    readWidgetRights,
    readDailyAnswers,
    lockDailyAnswers,
    tokens: openSessionTokens({ secret: env.VISITOR_TOKEN_SECRET, issuer: env.PUBLIC_API_URL }),
    tickets: openTickets(redis),
    connections: openConnections(redis, {
      perVisitor: scaled(SOCKETS_PER_VISITOR),
      perAddress: scaled(SOCKETS_PER_ADDRESS),
    }),
    stream: openConversationStream({
      redis,
      post: outlet.post,
      readLastSeq: (creatorId, conversationId) =>
        database.readAsTenant(creatorId, (db) => readLastSeq(db, { creatorId, conversationId })),
    }),
    webWidget: adapters.webWidget,
    outlet,
    turns: openTurnQueue(openWorkQueue(env.TURNS_QUEUE_URL)),
    cancelSignal: openCancelSignal(redis),
    limiter: openRateLimiter({ redis, factor: env.RATE_LIMIT_FACTOR }),
    readWebManifest: webManifestAt(new URL('./web-manifest.json', import.meta.url)),
    socketUrl: env.SOCKET_URL,
    publicApiUrl: env.PUBLIC_API_URL,
  };
  return { env, use, pool, redis, metrics: openFleetMetrics(redis) };
}
