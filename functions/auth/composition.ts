import { availableParallelism } from 'node:os';
import type pg from 'pg';
import type * as z from 'zod';
import { openRedis, type RedisClient } from '../../shared/clients/redis.ts';
import type { AuthEnv } from '../../shared/config/env-constants.ts';
import { openPool } from '../../shared/database/pool.ts';
import { openTenantDatabase } from '../../shared/database/tenant-database.ts';
import { openAccessTokenSigner } from '../../shared/security/access-token-signer.ts';
import { openBcryptWorkers } from '../../shared/security/bcrypt-workers.ts';
import { openColumnCipher } from '../../shared/security/column-encryption.ts';
import { openPasswords } from '../../shared/security/passwords.ts';
import { openRateLimiter } from '../../shared/security/rate-limiter.ts';
import { openSessionMarks } from '../../shared/security/session-marks.ts';
import type { AuthUse } from './auth-use.ts';
import { openCommonPasswords } from './gateways/common-passwords.ts';
import { openMailer } from './mailer-composition.ts';
import { authTables } from './repositories/auth-tables.ts';
import { openLookups } from './repositories/lookups.ts';
import { openSigningKeys } from './repositories/signing-keys.ts';
import { loadCurrentKey } from './use-cases/key-ring.ts';
import { openPublicKeys } from './use-cases/list-public-keys.ts';
import { openRefreshSecrets } from './use-cases/refresh-secrets.ts';

export interface AuthParts {
  readonly pool: pg.Pool;
  readonly redis: RedisClient;
  readonly use: AuthUse;
  close(): Promise<void>;
}

/** The real dependencies of one instance. */
export function composeAuth(env: z.output<typeof AuthEnv>): AuthParts {
  const pool = openPool(env.DATABASE_URL, { maxConnections: env.DATABASE_POOL_SIZE });
  const redis = openRedis(env.REDIS_URL);
  const database = openTenantDatabase(pool);
  const signingKeys = openSigningKeys(pool, openColumnCipher(env.DATA_ENCRYPTION_KEY));
  const workers = openBcryptWorkers({ size: Math.min(2, availableParallelism()) });
  const use: AuthUse = {
    inTenant: (creatorId, work) =>
      database.withTenant(creatorId, (db) => work(authTables(db, creatorId, env.SESSION_IDLE_DAYS))),
    readInTenant: (creatorId, work) =>
      database.readAsTenant(creatorId, (db) => work(authTables(db, creatorId, env.SESSION_IDLE_DAYS))),
    lookups: openLookups(pool),
    signingKeys,
    readPublicKeys: openPublicKeys(signingKeys),
    passwords: openPasswords({ pepper: env.PASSWORD_PEPPER, workers }),
    isCommonPassword: openCommonPasswords(),
    signAccessToken: openAccessTokenSigner({
      issuer: env.PUBLIC_API_URL,
      loadCurrentKey: () => loadCurrentKey(signingKeys),
    }),
    refreshSecrets: openRefreshSecrets(env.DATA_ENCRYPTION_KEY),
    sessionMarks: openSessionMarks(redis, env.SESSION_MARK_SECONDS),
    limiter: openRateLimiter({ redis, factor: env.RATE_LIMIT_FACTOR }),
    mailer: openMailer(env, redis),
    consoleUrl: env.CONSOLE_URL,
    apiKeyQuota: env.QUOTA_API_KEYS,
  };
  return {
    pool,
    redis,
    use,
    close: async () => {
      await Promise.all([pool.end(), workers.close()]);
      redis.disconnect();
    },
  };
}
