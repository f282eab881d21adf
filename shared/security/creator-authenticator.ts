import type pg from 'pg';
import * as z from 'zod';
import type { RedisClient } from '../clients/redis.ts';
import { recordAudit } from '../database/audit.ts';
import { openTenantDatabase, type TenantDatabase } from '../database/tenant-database.ts';
import { AuthenticationError } from '../errors/authentication-error.ts';
import { Permission } from '../models/permission.ts';
import { log } from '../observability/logger.ts';
import { currentScope } from '../observability/request-scope.ts';
import { openAccessTokenVerifier } from './access-token-verifier.ts';
import { API_KEY_PREFIX, hashSecret, isApiKey } from './api-key.ts';
import type { AuthenticateCreator, CreatorCredential } from './credentials.ts';
import type { RateLimiter } from './rate-limiter.ts';
import { refusalsToTrail } from './refusals-to-trail.ts';
import { openSessionMarks } from './session-marks.ts';
import { loadSigningKeys } from './signing-key.ts';
import { openUnknownKeyLimit } from './unknown-key-limit.ts';

export interface CreatorAuthenticatorOptions {
  readonly pool: pg.Pool;
  /** The `iss` of access tokens: PUBLIC_API_URL. */
  readonly issuer: string;
  /** With Redis most requests need not ask Postgres whether their session is still live. */
  readonly redis?: RedisClient;
  /** For how long Redis may say that a session is live: SESSION_MARK_SECONDS; 60 unless told. */
  readonly sessionMarkSeconds?: number;
  readonly limiter: RateLimiter;
  /** How long the key set is cached; 30 s unless told. */
  readonly keyCacheMs?: number;
}

const BEARER = /^Bearer ([\x21-\x7e]+)$/i;
const ApiKeyRow = z.object({
  creator_id: z.uuid(),
  id: z.uuid(),
  permissions: z.array(Permission),
  last_used_at: z.date().nullable(),
});
const NOTE_USE_EVERY_MS = 60_000;
/** The trail tells in which hours a key was used, not how often. */
const AUDIT_USE_EVERY_MS = 3_600_000;

/**
 * Makes the check of `Authorization: Bearer` that auth, hub and ai share: an access token of a session that has not
 * ended, or an API key that is neither revoked nor expired. The creator's audit trail is told of the use of keys, and of
 * credentials that do not suffice.
 */
export function openCreatorAuthenticator(options: CreatorAuthenticatorOptions): AuthenticateCreator {
  const { pool, issuer, redis, sessionMarkSeconds = 60, limiter, keyCacheMs } = options;
  const database = openTenantDatabase(pool);
  const verify = openAccessTokenVerifier({ issuer, loadKeys: () => loadSigningKeys(pool), cacheMs: keyCacheMs });
  const unknownKeys = openUnknownKeyLimit(limiter);
  const marks = redis && openSessionMarks(redis, sessionMarkSeconds);

  const isLive = async (creatorId: string, sessionId: string): Promise<boolean> => {
    const mark = await marks?.read(creatorId, sessionId);
    if (mark) return mark === 'live';
    const live = await readSessionState(database, creatorId, sessionId);
    if (live) await marks?.noteLive(creatorId, sessionId);
    return live;
  };
  const bySession = async (token: string): Promise<CreatorCredential> => {
    const claims = await verify(token);
    if (!(await isLive(claims.creator_id, claims.sid))) throw new AuthenticationError();
    return { kind: 'session', creatorId: claims.creator_id, permissions: claims.permissions, id: claims.sid };
  };
  const byApiKey = async (key: string, sourceIp: string): Promise<CreatorCredential> => {
    if (!isApiKey(key)) throw new AuthenticationError();
    const hash = hashSecret(key);
    await unknownKeys.admit(hash, sourceIp);
    const { rows } = await pool.query('select * from lookup.api_key($1)', [hash]);
    if (!rows[0]) {
      await unknownKeys.noteUnknown(hash, sourceIp);
      throw new AuthenticationError();
    }
    unknownKeys.noteKnown(hash);
    const found = ApiKeyRow.parse(rows[0]);
    // The key is good whether or not its use can be noted; the next request tries again.
    await noteUse(database, found).catch((error: unknown) => log.error('the use of an API key is not noted', error));
    return { kind: 'api_key', creatorId: found.creator_id, permissions: found.permissions, id: found.id };
  };

  const authenticate: AuthenticateCreator = async (authorization, sourceIp) => {
    const credential = BEARER.exec(authorization ?? '')?.[1];
    if (credential === undefined) throw new AuthenticationError();
    const isKey = credential.startsWith(API_KEY_PREFIX);
    try {
      return await (isKey ? byApiKey(credential, sourceIp) : bySession(credential));
    } catch (error) {
      if (error instanceof AuthenticationError) {
        log.security('credential_refused', { credential: isKey ? 'api_key' : 'access_token' });
      }
      throw error;
    }
  };
  return Object.assign(authenticate, { noteRefusal: refusalsToTrail(database) });
}

async function readSessionState(database: TenantDatabase, creatorId: string, sessionId: string): Promise<boolean> {
  const rows = await database.readAsTenant(creatorId, (db) =>
    db.query(
      `select id from sessions
       where creator_id = $1 and id = $2 and status = 'live' and expires_at > now()`,
      [creatorId, sessionId],
    ),
  );
  return rows.length === 1;
}

/** At most one write a minute for each key, however often it is used; trail and log are told once an hour. */
async function noteUse(database: TenantDatabase, key: z.infer<typeof ApiKeyRow>): Promise<void> {
  const { creator_id: creatorId, id } = key;
  const sinceMs = Date.now() - (key.last_used_at?.getTime() ?? 0);
  if (sinceMs < NOTE_USE_EVERY_MS) return;
  if (sinceMs >= AUDIT_USE_EVERY_MS) log.admitted('api_key_used', { api_key_id: id });
  await database.changeAtOnce(creatorId, (db) =>
    Promise.all([
      db.query('update api_keys set last_used_at = now() where creator_id = $1 and id = $2', [creatorId, id]),
      sinceMs < AUDIT_USE_EVERY_MS ||
        recordAudit(db, {
          creatorId,
          actor: `api_key:${id}`,
          action: 'api_key.used',
          subjectId: id,
          requestId: currentScope()?.requestId,
        }),
    ]),
  );
}
