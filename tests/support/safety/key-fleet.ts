import { randomInt } from 'node:crypto';
import type pg from 'pg';
import { vi } from 'vitest';
import { type AuthApi, openAuthApi } from '../../../functions/auth/auth-api.ts';
import { type KeyRotation, openKeyRotation } from '../../../functions/auth/key-rotation.ts';
import { openSigningKeys } from '../../../functions/auth/repositories/signing-keys.ts';
import { loadCurrentKey, type RotationReport } from '../../../functions/auth/use-cases/key-ring.ts';
import { RootEnv, readEnv } from '../../../shared/config/env-constants.ts';
import { openPool } from '../../../shared/database/pool.ts';
import { PERMISSIONS } from '../../../shared/models/permission.ts';
import { openAccessTokenSigner } from '../../../shared/security/access-token-signer.ts';
import { openColumnCipher } from '../../../shared/security/column-encryption.ts';
import type { AuthService, SignedUp, TestTokens } from '../auth-service.ts';
import { callRest } from '../rest-event.ts';

/**
 * Several instances of auth with caches of their own, and one clock for all of them and the database, which the test
 * moves: hours of rotation pass in seconds, and every cache and wait is the real one.
 */
export interface KeyFleet {
  readonly signedUp: SignedUp;
  /** A new access token by the refresh chain of the session, from some instance. */
  mint(): Promise<string>;
  /** The status of a request with this token, at each instance or at some. */
  ask(token: string): Promise<number>;
  askAll(token: string): Promise<number[]>;
  rotate(): Promise<RotationReport>;
  /** Signs with the key that is current now, whatever becomes of it later. */
  keepSigner(): Promise<{ readonly kid: string; sign(): Promise<string> }>;
  pass(seconds: number): Promise<void>;
  close(): Promise<void>;
}

export async function openKeyFleet(auth: AuthService, instances: number): Promise<KeyFleet> {
  const signedUp = await auth.signUp();
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
  const env = readEnv(RootEnv, auth.env);
  const apis = Array.from({ length: instances }, () => openAuthApi(env));
  const rotation: KeyRotation = openKeyRotation(env);
  const pool: pg.Pool = openPool(env.DATABASE_URL, { maxConnections: 2 });
  const keys = openSigningKeys(pool, openColumnCipher(env.DATA_ENCRYPTION_KEY));
  let { refresh_token: refreshToken } = signedUp.tokens;

  const me = async (api: AuthApi, token: string): Promise<number> =>
    (await callRest(api.handler, 'GET', '/v1/auth/me', { token })).status;
  const some = () => apis[randomInt(apis.length)] as AuthApi;

  return {
    signedUp,
    mint: async () => {
      const answer = await callRest(some().handler, 'POST', '/v1/auth/refresh', {
        body: { refresh_token: refreshToken },
      });
      if (answer.status !== 200) throw new Error(`refreshing answered ${answer.status}`);
      const tokens: TestTokens = answer.body;
      refreshToken = tokens.refresh_token;
      return tokens.access_token;
    },
    ask: (token) => me(some(), token),
    askAll: (token) => Promise.all(apis.map((api) => me(api, token))),
    rotate: async () => {
      const report = await rotation.handler({ rotate: true }, { awsRequestId: 'rotation-under-load' });
      if (!('rotated' in report)) throw new Error('the rotation reported something else');
      return report;
    },
    keepSigner: async () => {
      const kept = await loadCurrentKey(keys);
      const sessionId = sessionOf(signedUp.tokens.access_token);
      const sign = openAccessTokenSigner({ issuer: env.PUBLIC_API_URL, loadCurrentKey: async () => kept });
      const creatorId = signedUp.tokens.creator.id;
      return { kid: kept.kid, sign: () => sign({ creatorId, sessionId, permissions: PERMISSIONS }) };
    },
    pass: async (seconds) => {
      vi.setSystemTime(Date.now() + seconds * 1_000);
      await pool.query('update signing_keys set state_since = state_since - make_interval(secs => $1)', [seconds]);
    },
    close: async () => {
      vi.useRealTimers();
      await Promise.all([...apis.map((api) => api.close()), rotation.close(), pool.end()]);
    },
  };
}

function sessionOf(token: string): string {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')).sid;
}
