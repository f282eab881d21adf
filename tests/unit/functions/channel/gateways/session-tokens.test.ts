import { createHmac, generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { openSessionTokens } from '../../../../../functions/channel/gateways/session-tokens.ts';

const secret = randomBytes(32).toString('base64');
const issuer = 'http://127.0.0.1:8080';
const tokens = openSessionTokens({ secret, issuer });
const visitor = {
  creatorId: randomUUID(),
  widgetId: randomUUID(),
  conversationId: randomUUID(),
  visitorId: randomUUID(),
  origin: 'https://site.example',
};

const now = () => Math.floor(Date.now() / 1_000);
const claims = () => ({
  creator_id: visitor.creatorId,
  widget_id: visitor.widgetId,
  conversation_id: visitor.conversationId,
  origin: visitor.origin,
  iss: issuer,
  aud: 'channel',
  sub: visitor.visitorId,
  iat: now(),
  exp: now() + 3_600,
});
const encode = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** Signs whatever it is given, as somebody would who had the key: only the form can give such a token away. */
function forge(
  header: unknown,
  payload: unknown,
  key: Buffer | string = Buffer.from(secret, 'base64'),
  hash = 'sha256',
) {
  const signed = `${encode(header)}.${encode(payload)}`;
  return `${signed}.${createHmac(hash, key).update(signed).digest('base64url')}`;
}
const GOOD = { alg: 'HS256', typ: 'visitor+jwt' };

describe('a session token', () => {
  test('says whose conversation it is, and is taken back as it was made', async () => {
    const token = await tokens.sign(visitor);

    expect(await tokens.verify(token)).toEqual({ kind: 'visitor', ...visitor });
    expect(await tokens.verify(forge(GOOD, claims()))).toEqual({ kind: 'visitor', ...visitor });
  });

  test('ends after an hour; for 30 days it continues a conversation, then no more', async () => {
    const at = (secondsAgo: number) =>
      openSessionTokens({ secret, issuer, now: () => Date.now() - secondsAgo * 1_000 }).sign(visitor);
    const day = 86_400;

    await expect(tokens.verify(await at(3_590))).resolves.toBeDefined();
    await expect(tokens.verify(await at(3_601))).rejects.toMatchObject({ code: 'AUTHENTICATION_REQUIRED' });
    await expect(tokens.verifyForContinuation(await at(30 * day))).resolves.toBeDefined();
    await expect(tokens.verifyForContinuation(await at(30 * day + 3_601))).rejects.toMatchObject({
      code: 'AUTHENTICATION_REQUIRED',
    });
  });

  test('a key shorter than 32 bytes is refused at the start', () => {
    expect(() => openSessionTokens({ secret: randomBytes(31).toString('base64'), issuer })).toThrow('32 bytes');
  });
});

describe('refused is a token', () => {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const without = (name: string) => Object.fromEntries(Object.entries(claims()).filter(([key]) => key !== name));
  const HOSTILE: Record<string, () => string> = {
    'without a signature': () => `${encode(GOOD)}.${encode(claims())}.`,
    'of alg none': () => `${encode({ alg: 'none', typ: 'visitor+jwt' })}.${encode(claims())}.`,
    'of alg NONE with a signature': () => forge({ alg: 'NONE', typ: 'visitor+jwt' }, claims()),
    'signed with HS512': () =>
      forge({ alg: 'HS512', typ: 'visitor+jwt' }, claims(), Buffer.from(secret, 'base64'), 'sha512'),
    'signed with another key': () => forge(GOOD, claims(), randomBytes(32)),
    'signed with an empty key': () => forge(GOOD, claims(), ''),
    'signed with a public key': () => forge(GOOD, claims(), pem),
    'signed with the key as text': () => forge(GOOD, claims(), secret),
    'of type JWT': () => forge({ alg: 'HS256', typ: 'JWT' }, claims()),
    'of an access token': () => forge({ alg: 'HS256', typ: 'at+jwt' }, claims()),
    'without a type': () => forge({ alg: 'HS256' }, claims()),
    'with a key id': () => forge({ ...GOOD, kid: '../../etc/passwd' }, claims()),
    'with crit': () => forge({ ...GOOD, crit: ['exp'] }, claims()),
    'with b64': () => forge({ ...GOOD, b64: true, crit: ['b64'] }, claims()),
    'with a key of its own': () => forge({ ...GOOD, jwk: { kty: 'oct', k: 'AAAA' } }, claims()),
    'with zip': () => forge({ ...GOOD, zip: 'DEF' }, claims()),
    'for another audience': () => forge(GOOD, { ...claims(), aud: 'understudy-api' }),
    'for two audiences': () => forge(GOOD, { ...claims(), aud: ['channel', 'other'] }),
    'of another issuer': () => forge(GOOD, { ...claims(), iss: 'http://127.0.0.1:8081' }),
    'of another issuer path': () => forge(GOOD, { ...claims(), iss: `${issuer}/` }),
    'that lasts a day': () => forge(GOOD, { ...claims(), exp: now() + 86_400 }),
    'that lasts no time': () => forge(GOOD, { ...claims(), exp: now() }),
    'from tomorrow': () => forge(GOOD, { ...claims(), iat: now() + 86_400, exp: now() + 90_000 }),
    'with exp as text': () => forge(GOOD, { ...claims(), exp: String(now() + 3_600) }),
    'with exp beyond numbers': () => forge(GOOD, { ...claims(), exp: 1e300 }),
    'with a negative iat': () => forge(GOOD, { ...claims(), iat: -1 }),
    'with permissions': () => forge(GOOD, { ...claims(), permissions: ['documents:read'] }),
    'with nbf': () => forge(GOOD, { ...claims(), nbf: now() }),
    'for no UUID': () => forge(GOOD, { ...claims(), conversation_id: '*' }),
    'for a UUID in capitals': () => forge(GOOD, { ...claims(), creator_id: visitor.creatorId.toUpperCase() }),
    'with null for a creator': () => forge(GOOD, { ...claims(), creator_id: null }),
    'without sub': () => forge(GOOD, without('sub')),
    'without exp': () => forge(GOOD, without('exp')),
    'without iat': () => forge(GOOD, without('iat')),
    'without origin': () => forge(GOOD, without('origin')),
    'with an empty origin': () => forge(GOOD, { ...claims(), origin: '' }),
    'with white space in its payload': () => forge(GOOD, JSON.stringify(claims(), null, 1)),
    'with a doubled claim': () => forge(GOOD, JSON.stringify(claims()).replace('{', '{"sub":"x",')),
    'with an array for a payload': () => forge(GOOD, [claims()]),
    'with padding': () => `${forge(GOOD, claims())}=`,
    'with a fourth part': () => `${forge(GOOD, claims())}.x`,
    'with white space': () => ` ${forge(GOOD, claims())}`,
    'with a line break': () => `${forge(GOOD, claims())}\n`,
    'in standard base64': () => forge(GOOD, claims()).replaceAll('-', '+').replaceAll('_', '/').concat('+/'),
    'that is empty': () => '',
    'that is dots': () => '..',
    'longer than any of ours': () => forge(GOOD, { ...claims(), origin: `https://${'a'.repeat(4_000)}.example` }),
  };

  test.each(Object.keys(HOSTILE))('%s', async (name) => {
    const token = HOSTILE[name]?.() ?? '';

    await expect(tokens.verify(token)).rejects.toMatchObject({ code: 'AUTHENTICATION_REQUIRED' });
    await expect(tokens.verifyForContinuation(token)).rejects.toMatchObject({ code: 'AUTHENTICATION_REQUIRED' });
  });

  test('that differs from a good one in one character', async () => {
    const token = await tokens.sign(visitor);
    const characters = 'ABCabc019-_.=+/ ';
    let accepted = 0;
    for (let n = 0; n < 1_000; n += 1) {
      const at = Math.floor(Math.random() * token.length);
      const other = characters[Math.floor(Math.random() * characters.length)] ?? 'A';
      if (token[at] === other) continue;
      const changed = token.slice(0, at) + other + token.slice(at + 1);
      accepted += await tokens.verify(changed).then(
        () => 1,
        () => 0,
      );
    }

    expect(accepted).toBe(0);
  });
});
