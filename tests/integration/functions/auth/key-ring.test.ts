import { randomBytes } from 'node:crypto';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openSigningKeys } from '../../../../functions/auth/repositories/signing-keys.ts';
import { dropKey, loadCurrentKey, rotateKeys } from '../../../../functions/auth/use-cases/key-ring.ts';
import { openPool } from '../../../../shared/database/pool.ts';
import { PERMISSIONS } from '../../../../shared/models/permission.ts';
import { openAccessTokenSigner } from '../../../../shared/security/access-token-signer.ts';
import { openAccessTokenVerifier } from '../../../../shared/security/access-token-verifier.ts';
import { openColumnCipher } from '../../../../shared/security/column-encryption.ts';
import { loadSigningKeys } from '../../../../shared/security/signing-key.ts';
import { type AuthService, startAuthService } from '../../../support/auth-service.ts';

const AT_ONCE = { rotateAfterSeconds: 0, publishSeconds: 0, overlapSeconds: 3600 };
const SUBJECT = {
  creatorId: '7c9e6679-7425-40de-944b-e07fc1f90ae7',
  sessionId: '1b4e28ba-2fa1-41d2-883f-0016d3cca427',
  permissions: PERMISSIONS,
};
const issuer = 'https://api.example.test';
let auth: AuthService;
let pool: pg.Pool;
beforeAll(async () => {
  auth = await startAuthService();
  pool = openPool(auth.database.urlFor('auth'));
});
beforeEach(async () => {
  await pool.query(`update signing_keys set state = 'retired', sealed_private_key = null where state <> 'retired'`);
});
afterAll(async () => {
  await pool.end();
  await auth.stop();
});

const cipher = openColumnCipher(randomBytes(32).toString('base64'));
const openRing = () => openSigningKeys(pool, cipher);

describe('signing keys', () => {
  it('are made once, however many ask for the first one', async () => {
    const found = await Promise.all(Array.from({ length: 10 }, () => loadCurrentKey(openRing())));

    expect(new Set(found.map((key) => key.kid)).size).toBe(1);
    expect(await openRing().listPublic()).toHaveLength(2);
  });

  it('stand sealed in their table, where no other service may read them', async () => {
    await loadCurrentKey(openRing());
    const hub = openPool(auth.database.urlFor('hub'));

    const { rows } = await pool.query(
      'select sealed_private_key from signing_keys where sealed_private_key is not null',
    );
    const refused = await hub
      .query('select sealed_private_key from signing_keys')
      .catch((error: Error) => error.message);

    expect(rows.every((row) => /^e1\./.test(row.sealed_private_key))).toBe(true);
    expect(refused).toContain('permission denied');
    expect(await loadSigningKeys(hub)).toHaveLength(2);
    await hub.end();
  });

  it('refuse no valid token while they are rotated ten times', async () => {
    const sign = openAccessTokenSigner({ issuer, loadCurrentKey: () => loadCurrentKey(openRing()), cacheMs: 0 });
    const verify = openAccessTokenVerifier({ issuer, loadKeys: () => loadSigningKeys(pool), unknownKeyPauseMs: 0 });
    const tokens: string[] = [await sign(SUBJECT)];

    for (let rotation = 0; rotation < 10; rotation++) {
      const report = await rotateKeys(openRing(), { waits: AT_ONCE });
      expect(report.rotated).toBe(true);
      tokens.push(await sign(SUBJECT));
      await Promise.all(tokens.map((token) => verify(token)));
    }

    expect(new Set(tokens.map((token) => token.split('.')[0])).size).toBe(11);
  });

  it('are refused and lose their private half once retired', async () => {
    const sign = openAccessTokenSigner({ issuer, loadCurrentKey: () => loadCurrentKey(openRing()) });
    const verify = openAccessTokenVerifier({ issuer, loadKeys: () => loadSigningKeys(pool), cacheMs: 0 });
    const token = await sign(SUBJECT);
    await rotateKeys(openRing(), { waits: AT_ONCE });
    await verify(token);

    const { retired } = await rotateKeys(openRing(), { waits: { ...AT_ONCE, overlapSeconds: 0, publishSeconds: 60 } });

    await expect(verify(token)).rejects.toThrow('credential');
    const { rows } = await pool.query('select sealed_private_key from signing_keys where kid = any($1)', [retired]);
    expect(rows).toEqual([{ sealed_private_key: null }]);
  });

  it('that another DATA_ENCRYPTION_KEY sealed make way for new ones when each of them is dropped', async () => {
    await loadCurrentKey(openRing());
    const before = await openRing().listPublic();
    const renewed = openSigningKeys(pool, openColumnCipher(randomBytes(32).toString('base64')));
    await expect(loadCurrentKey(renewed)).rejects.toThrow();

    for (const { kid } of before) await dropKey(renewed, kid);

    const sign = openAccessTokenSigner({ issuer, loadCurrentKey: () => loadCurrentKey(renewed) });
    const verify = openAccessTokenVerifier({ issuer, loadKeys: () => loadSigningKeys(pool), cacheMs: 0 });
    expect(await verify(await sign(SUBJECT))).toMatchObject({ creator_id: SUBJECT.creatorId });
  });

  it.each(['current', 'next', 'previous'])(
    'are dropped at once while they are %s, with every token under them',
    async (state) => {
      const verify = openAccessTokenVerifier({ issuer, loadKeys: () => loadSigningKeys(pool), cacheMs: 0 });
      const signer = () => openAccessTokenSigner({ issuer, loadCurrentKey: () => loadCurrentKey(openRing()) });
      await signer()(SUBJECT);
      await rotateKeys(openRing(), { waits: AT_ONCE });
      const { rows } = await pool.query('select kid from signing_keys where state = $1', [state]);
      const token = await signer()(SUBJECT);

      const report = await dropKey(openRing(), rows[0].kid);
      const again = await dropKey(openRing(), rows[0].kid);

      expect([report.dropped, again.dropped]).toEqual([true, false]);
      const outcome = verify(token).then(
        () => 'good',
        () => 'refused',
      );
      expect(await outcome).toBe(state === 'current' ? 'refused' : 'good');
      await verify(await signer()(SUBJECT));
      const left = await pool.query(`select state from signing_keys where state <> 'retired' order by state`);
      expect(left.rows.map((row) => row.state)).toEqual([
        'current',
        'next',
        ...(state === 'previous' ? [] : ['previous']),
      ]);
    },
  );

  it('wait until they have been published long enough, even when asked for', async () => {
    await loadCurrentKey(openRing());

    const report = await rotateKeys(openRing(), { demanded: true });

    expect(report.rotated).toBe(false);
  });

  it('are published so that anybody can check our tokens', async () => {
    const service = await startAuthService();
    const { tokens } = await service.signUp();

    const answer = await service.call('GET', '/.well-known/jwks.json');

    await service.stop();
    expect(answer.headers['Cache-Control']).toBe('public, max-age=300');
    expect(answer.text).not.toContain('"d"');
    const { payload } = await jwtVerify(tokens.access_token, createLocalJWKSet(answer.body as JSONWebKeySet));
    expect(payload.sub).toBe(tokens.creator.id);
  });
});
