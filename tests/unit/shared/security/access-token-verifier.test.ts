import { beforeAll, describe, expect, it } from 'vitest';
import { AuthenticationError } from '../../../../shared/errors/authentication-error.ts';
import { openAccessTokenVerifier } from '../../../../shared/security/access-token-verifier.ts';
import { type Forge, openForge } from '../../../support/hostile-tokens.ts';
import { figure, tellFigure, WITHIN_MS } from '../../../support/safety/figures.ts';

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

  it(
    'refuses a token with any one character changed, left out or doubled',
    async () => {
      const verify = openVerifier();
      const token = forge.token();
      const changes = figure(1_000, 20_000);

      const outcomes = new Map<string, number>();
      for (let count = 0; count < changes; count++) {
        const outcome = await outcomeOf(verify, mutate(token, count));
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      }

      tellFigure(
        'A5',
        `${forge.hostile().length} hostile forms, ${changes} mutations`,
        '0 accepted',
        `${outcomes.get('accepted') ?? 0}`,
      );
      expect([...outcomes]).toEqual([['refused', changes]]);
    },
    WITHIN_MS,
  );
});

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ ~';

/** Walks through every place of the token with every kind of change. */
function mutate(token: string, count: number): string {
  const place = (count * 7919) % token.length;
  const [before, letter = '', after] = [token.slice(0, place), token[place], token.slice(place + 1)];
  const kind = Math.floor(count / token.length) % 4;
  // A letter doubled or swapped beside itself would be the same token: that one is replaced instead.
  if (kind === 1) return before + after;
  if (kind === 2) return before + letter + letter + after;
  if (kind === 3 && after[0] !== undefined && after[0] !== letter) return before + after[0] + letter + after.slice(1);
  const replaced = ALPHABET[(ALPHABET.indexOf(letter) + 1 + (count % (ALPHABET.length - 1))) % ALPHABET.length];
  return before + replaced + after;
}

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
