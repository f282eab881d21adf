import { createHmac, createPublicKey, KeyObject, randomUUID, sign as signBytes } from 'node:crypto';
import { type CryptoKey, exportJWK, exportSPKI, generateKeyPair } from 'jose';

type Json = Record<string, unknown>;

export interface Forge {
  readonly kid: string;
  /** The public half as the verifier loads it. */
  readonly publicKey: { readonly kid: string; readonly kty: 'RSA'; readonly n: string; readonly e: string };
  /** A token of ours, with these parts changed, properly signed by our key; `undefined` leaves a part out. */
  token(change?: { header?: Json; claims?: Json }): string;
  /** Every hostile form by name. */
  hostile(): readonly (readonly [name: string, token: string])[];
}

const encode = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** Makes tokens as an attacker would, and (with our own key) as a careless signer would. */
export async function openForge(issuer: string): Promise<Forge> {
  const kid = 'the-current-key';
  const ours = await generateKeyPair('RS256', { extractable: true });
  const theirs = await generateKeyPair('RS256', { extractable: true });
  const [{ n = '', e = '' }, foreignJwk, pem] = await Promise.all([
    exportJWK(ours.publicKey),
    exportJWK(theirs.publicKey),
    exportSPKI(ours.publicKey),
  ]);
  const now = Math.floor(Date.now() / 1000);
  const creatorId = randomUUID();
  const goodHeader = { alg: 'RS256', typ: 'at+jwt', kid };
  const goodClaims = {
    iss: issuer,
    aud: 'understudy-api',
    sub: creatorId,
    creator_id: creatorId,
    permissions: ['documents:read'],
    sid: randomUUID(),
    jti: randomUUID(),
    iat: now,
    exp: now + 900,
  };
  const rsa = (key: CryptoKey, input: string, digest = 'sha256') =>
    signBytes(digest, Buffer.from(input), KeyObject.from(key)).toString('base64url');
  const signed = (header: unknown, claims: unknown, key = ours.privateKey, digest?: string) => {
    const input = `${encode(header)}.${encode(claims)}`;
    return `${input}.${rsa(key, input, digest)}`;
  };
  const token: Forge['token'] = ({ header = {}, claims = {} } = {}) =>
    signed({ ...goodHeader, ...header }, { ...goodClaims, ...claims });
  const hmac = (secret: string | Buffer, alg = 'HS256') => {
    const input = `${encode({ ...goodHeader, alg })}.${encode(goodClaims)}`;
    return `${input}.${createHmac(`sha${alg.slice(2)}`, secret)
      .update(input)
      .digest('base64url')}`;
  };
  const unsigned = (alg: string) => `${encode({ ...goodHeader, alg })}.${encode(goodClaims)}.`;
  const withText = (headerText: string, claimsText: string) => signed(headerText, claimsText);
  const good = token();
  const [h = '', p = '', s = ''] = good.split('.');
  const der = createPublicKey(pem).export({ type: 'spki', format: 'der' });

  const hostile: Forge['hostile'] = () => [
    ...['none', 'None', 'NONE', 'nOnE', ''].map((alg) => [`unsigned, alg ${alg}`, unsigned(alg)] as const),
    ['HS256 with the public key in PEM', hmac(pem)],
    ['HS256 with the trimmed PEM', hmac(pem.trim())],
    ['HS256 with the public key in DER', hmac(der)],
    ['HS256 with the modulus', hmac(n)],
    ['HS256 with an empty key', hmac('')],
    ['HS384 with the public key', hmac(pem, 'HS384')],
    ['HS512 with the public key', hmac(pem, 'HS512')],
    ...['RS384', 'RS512', 'PS256', 'ES256', 'EdDSA', 'rs256', 'RS256 '].map(
      (alg) => [`alg ${alg}`, token({ header: { alg } })] as const,
    ),
    ['alg as a list', token({ header: { alg: ['RS256'] } })],
    ['signed with SHA-1', signed(goodHeader, goodClaims, ours.privateKey, 'sha1')],
    ['signed by a foreign key', signed(goodHeader, goodClaims, theirs.privateKey)],
    ['a foreign key in jwk', signed({ ...goodHeader, jwk: foreignJwk }, goodClaims, theirs.privateKey)],
    ...['jku', 'x5u'].map(
      (name) =>
        [
          `a foreign ${name}`,
          signed({ ...goodHeader, [name]: 'https://evil.test/k' }, goodClaims, theirs.privateKey),
        ] as const,
    ),
    ...['jku', 'x5u', 'jwk', 'x5c', 'x5t', 'cty', 'zip', 'enc', 'nonce', '__proto__x'].map(
      (name) => [`${name} in the header`, token({ header: { [name]: 'x' } })] as const,
    ),
    ['crit of an unknown extension', token({ header: { crit: ['exp'] } })],
    ['crit that is empty', token({ header: { crit: [] } })],
    ['b64 false', token({ header: { b64: false, crit: ['b64'] } })],
    ['b64 true', token({ header: { b64: true } })],
    ...['../../dev/null', "' or 1=1 --", '__proto__', 'constructor', 'unknown-key', '', 'the-current-key ', '0'].map(
      (name) => [`kid ${name}`, token({ header: { kid: name } })] as const,
    ),
    ...[undefined, null, 0, true, ['the-current-key'], { toString: 'the-current-key' }].map(
      (value) => [`kid ${JSON.stringify(value)}`, token({ header: { kid: value } })] as const,
    ),
    ...[undefined, 'JWT', 'jwt', 'AT+JWT', 'application/at+jwt', 'visitor+jwt', 'id+jwt', '', ['at+jwt']].map(
      (typ) => [`typ ${JSON.stringify(typ)}`, token({ header: { typ } })] as const,
    ),
    ...[undefined, 'http://evil.test', `${issuer}/`, issuer.toUpperCase(), [issuer], null, ''].map(
      (iss) => [`iss ${JSON.stringify(iss)}`, token({ claims: { iss } })] as const,
    ),
    ...[undefined, 'channel', 'Understudy-API', ['understudy-api'], ['understudy-api', 'channel'], '', null].map(
      (aud) => [`aud ${JSON.stringify(aud)}`, token({ claims: { aud } })] as const,
    ),
    ...Object.keys(goodClaims).map((name) => [`without ${name}`, token({ claims: { [name]: undefined } })] as const),
    ...['sub', 'creator_id', 'sid', 'jti'].flatMap((name) =>
      ['', 'x', 1, null, [], { a: 1 }].map(
        (value) => [`${name} ${JSON.stringify(value)}`, token({ claims: { [name]: value } })] as const,
      ),
    ),
    ['sub of another than creator_id', token({ claims: { sub: randomUUID() } })],
    ...[['everything'], 'documents:read', {}, null, [null], ['documents:read', 'admin']].map(
      (permissions) => [`permissions ${JSON.stringify(permissions)}`, token({ claims: { permissions } })] as const,
    ),
    ['expired a second ago', token({ claims: { iat: now - 900, exp: now - 1 } })],
    ['expires now', token({ claims: { iat: now - 900, exp: now } })],
    ['issued in the future', token({ claims: { iat: now + 120, exp: now + 600 } })],
    ['lives an hour', token({ claims: { exp: now + 3600 } })],
    ['lives a second too long', token({ claims: { exp: now + 901 } })],
    ['old, with a long life', token({ claims: { iat: now - 3600, exp: now + 600 } })],
    ['ends before it begins', token({ claims: { iat: now, exp: now - 10 } })],
    ...['exp', 'iat'].flatMap((name) =>
      [`${now + 600}`, null, [now + 600], true, now + 0.5, 1e300, -1].map(
        (value) => [`${name} ${JSON.stringify(value)}`, token({ claims: { [name]: value } })] as const,
      ),
    ),
    ['an nbf in the future', token({ claims: { nbf: now + 600 } })],
    ['a claim more', token({ claims: { role: 'admin' } })],
    ['claims that are a list', signed(goodHeader, [goodClaims])],
    ['claims that are no JSON', withText(JSON.stringify(goodHeader), 'exp')],
    ['empty claims', withText(JSON.stringify(goodHeader), '')],
    ['a doubled claim', withText(JSON.stringify(goodHeader), JSON.stringify(goodClaims).replace('{', '{"iat":1,'))],
    [
      'a doubled header name',
      withText(JSON.stringify(goodHeader).replace('{', '{"alg":"none",'), JSON.stringify(goodClaims)),
    ],
    ['white space in the header', withText(JSON.stringify(goodHeader, null, 1), JSON.stringify(goodClaims))],
    ['a byte order mark', withText(`\uFEFF${JSON.stringify(goodHeader)}`, JSON.stringify(goodClaims))],
    ['nothing', ''],
    ['two parts', `${h}.${p}`],
    ['no signature', `${h}.${p}.`],
    ['four parts', `${good}.x`],
    ['five parts', `${h}.${p}.${s}.${s}.${s}`],
    ['no header', `.${p}.${s}`],
    ['no claims', `${h}..${s}`],
    ['padding', `${h}.${p}.${s}==`],
    ['padding in the middle', `${h}=.${p}.${s}`],
    ['a trailing line feed', `${good}\n`],
    ['a leading space', ` ${good}`],
    ['a NUL at the end', `${good}\0`],
    ['the other base64 alphabet', `${h}.${p}.${s.replaceAll('-', '+').replaceAll('_', '/')}+`],
    ['the signature of another token', `${h}.${p}.${token({ claims: { jti: randomUUID() } }).split('.')[2]}`],
    ['the claims of another token', `${h}.${encode({ ...goodClaims, sub: randomUUID() })}.${s}`],
    ['a signature of zeros', `${h}.${p}.${Buffer.alloc(256).toString('base64url')}`],
    ['a short signature', `${h}.${p}.${s.slice(0, 20)}`],
    ['JSON serialisation', JSON.stringify({ payload: p, protected: h, signature: s })],
    ['a huge token', `${h}.${p}${'A'.repeat(100_000)}.${s}`],
  ];

  return { kid, publicKey: { kid, kty: 'RSA', n, e }, token, hostile };
}
