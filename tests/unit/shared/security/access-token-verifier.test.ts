import { beforeAll, describe, expect, it } from 'vitest';
import { AuthenticationError } from '../../../../shared/errors/authentication-error.ts';
import { openAccessTokenVerifier } from '../../../../shared/security/access-token-verifier.ts';
import { type Forge, openForge } from '../../../support/hostile-tokens.ts';

const issuer = 'https://api.example.test';
let forge: Forge;
beforeAll(async () => {
  forge = await openForge(issuer);
});

const openVerifier = () => openAccessTokenVerifier({ issuer, loadKeys: async () => [forge.publicKey] });
const outcomeOf = (verify: (token: string) => Promise<unknown>, token: string) =>
  verify(token).then(
    () => 'accepted',
    (error: unknown) => (error instanceof AuthenticationError ? 'refused' : `failed: ${error}`),
  );

describe('the verifier of access tokens', () => {
  it('accepts a token of ours', async () => {
    const claims = await openVerifier()(forge.token());

    expect(claims).toMatchObject({ iss: issuer, permissions: ['documents:read'] });
  });

  it('forgives a clock that runs three seconds behind', async () => {
    const now = Math.floor(Date.now() / 1000);

    await openVerifier()(forge.token({ claims: { iat: now + 3, exp: now + 903 } }));
  });

  it('refuses every hostile form, and with nothing but a refusal', async () => {
    const verify = openVerifier();
    const forms = forge.hostile();

    const outcomes = await Promise.all(
      forms.map(async ([name, token]) => [name, await outcomeOf(verify, token)] as const),
    );

    expect(outcomes.filter(([, outcome]) => outcome !== 'refused')).toEqual([]);
    expect(forms.length).toBeGreaterThan(126);
  });

  it('refuses a token with any one character changed', async () => {
    const verify = openVerifier();
    const token = forge.token();
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.';

    const mutants = Array.from({ length: 1_000 }, (_, index) => {
      const place = (index * 7919) % token.length;
      const letter = alphabet[(alphabet.indexOf(token[place] ?? '') + 1 + (index % 63)) % alphabet.length];
      return token.slice(0, place) + letter + token.slice(place + 1);
    }).filter((mutant) => mutant !== token);
    const outcomes = await Promise.all(mutants.map((mutant) => outcomeOf(verify, mutant)));

    expect(new Set(outcomes)).toEqual(new Set(['refused']));
  });
});

describe('its key set', () => {
  it('is loaded once for many requests at a time', async () => {
    let loads = 0;
    const verify = openAccessTokenVerifier({
      issuer,
      loadKeys: async () => {
        loads++;
        return [forge.publicKey];
      },
    });

    await Promise.all(Array.from({ length: 50 }, () => verify(forge.token())));

    expect(loads).toBe(1);
  });

  it('is read again for an unknown key, but not for each forged one', async () => {
    let nowMs = Date.now();
    let keys: Forge['publicKey'][] = [];
    let loads = 0;
    const loadKeys = async () => {
      loads++;
      return keys;
    };
    const verify = openAccessTokenVerifier({ issuer, loadKeys, now: () => nowMs });
    const forged = forge.token({ header: { kid: 'some-other-key' } });

    const early = await outcomeOf(verify, forge.token());
    for (let attempt = 0; attempt < 20; attempt++) await outcomeOf(verify, forged);
    const loadsByForgery = loads;
    keys = [forge.publicKey];
    nowMs += 6_000;
    const late = await outcomeOf(verify, forge.token());

    expect([early, late, loadsByForgery, loads]).toEqual(['refused', 'accepted', 1, 2]);
  });

  it('serves on while the database is away, and says so when there never was one', async () => {
    let nowMs = Date.now();
    let isAway = false;
    const loadKeys = async () => {
      if (isAway) throw new Error('away');
      return [forge.publicKey];
    };
    const verify = openAccessTokenVerifier({ issuer, loadKeys, now: () => nowMs });
    await verify(forge.token());

    isAway = true;
    nowMs += 61_000;

    expect(await outcomeOf(verify, forge.token())).toBe('accepted');
    const cold = openAccessTokenVerifier({ issuer, loadKeys });
    await expect(cold(forge.token())).rejects.toMatchObject({ code: 'DEPENDENCY_UNAVAILABLE' });
  });
});
