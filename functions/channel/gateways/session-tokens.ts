import { errors, jwtVerify, SignJWT } from 'jose';
import * as z from 'zod';
import { AuthenticationError } from '../../../shared/errors/authentication-error.ts';
import { readCanonicalToken } from '../../../shared/security/canonical-token.ts';
import type { VisitorCredential } from '../../../shared/security/credentials.ts';

const SESSION_LIFETIME_SECONDS = 3_600;
/** So long after its end a session may still be continued. */
const CONTINUED_FOR_SECONDS = 30 * 24 * 3_600;
const TOKEN_TYPE = 'visitor+jwt';
const AUDIENCE = 'channel';
const MAX_TOKEN_CHARACTERS = 2_048;

const lowerUuid = z.uuid().regex(/^[0-9a-f-]+$/);

/** A header names algorithm and type and nothing else. */
const Header = z.strictObject({ alg: z.literal('HS256'), typ: z.literal(TOKEN_TYPE) });

/** Everything a session token says; a claim more or less makes it another token. */
const Claims = z.strictObject({
  iss: z.string(),
  aud: z.literal(AUDIENCE),
  /** The visitor. */
  sub: lowerUuid,
  creator_id: lowerUuid,
  widget_id: lowerUuid,
  conversation_id: lowerUuid,
  origin: z.string().min(1),
  iat: z.number().int(),
  exp: z.number().int(),
});

export interface SessionTokens {
  readonly lifetimeSeconds: number;
  sign(visitor: Omit<VisitorCredential, 'kind'>): Promise<string>;
  /** @throws AuthenticationError for anything but a token of ours that is valid now */
  verify(token: string): Promise<VisitorCredential>;
  /** The same, but up to 30 days past its end: good for continuing a conversation, and nothing else. */
  verifyForContinuation(token: string): Promise<VisitorCredential>;
}

/** Signs and reads the visitors' session tokens (HS256). `secret` is at least 32 bytes, base64. */
export function openSessionTokens(options: { secret: string; issuer: string; now?: () => number }): SessionTokens {
  const key = Buffer.from(options.secret, 'base64');
  if (key.byteLength < 32) throw new Error('VISITOR_TOKEN_SECRET needs at least 32 bytes');
  const now = options.now ?? Date.now;

  const read = async (token: string, graceSeconds: number): Promise<VisitorCredential> => {
    const { header } = readCanonicalToken(token, MAX_TOKEN_CHARACTERS);
    if (!Header.safeParse(header).success) throw refused();
    const payload = await jwtVerify(token, key, {
      algorithms: ['HS256'],
      typ: TOKEN_TYPE,
      issuer: options.issuer,
      audience: AUDIENCE,
      requiredClaims: Object.keys(Claims.shape),
      currentDate: new Date(now()),
      clockTolerance: graceSeconds,
    }).then(
      (verified) => verified.payload,
      (error: unknown) => {
        if (error instanceof errors.JOSEError || error instanceof TypeError) throw refused(error);
        throw error;
      },
    );
    return toCredential(payload, Math.floor(now() / 1_000), graceSeconds);
  };

  return {
    lifetimeSeconds: SESSION_LIFETIME_SECONDS,
    sign: (visitor) => {
      const issuedAt = Math.floor(now() / 1_000);
      const { creatorId, widgetId, conversationId, origin } = visitor;
      return new SignJWT({ creator_id: creatorId, widget_id: widgetId, conversation_id: conversationId, origin })
        .setProtectedHeader({ alg: 'HS256', typ: TOKEN_TYPE })
        .setIssuer(options.issuer)
        .setAudience(AUDIENCE)
        .setSubject(visitor.visitorId)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + SESSION_LIFETIME_SECONDS)
        .sign(key);
    },
    verify: (token) => read(token, 0),
    verifyForContinuation: (token) => read(token, CONTINUED_FOR_SECONDS),
  };
}

const refused = (cause?: unknown) => new AuthenticationError('AUTHENTICATION_REQUIRED', undefined, { cause });

function toCredential(payload: unknown, nowSeconds: number, graceSeconds: number): VisitorCredential {
  const result = Claims.safeParse(payload);
  if (!result.success) throw refused();
  const { exp, iat, ...claims } = result.data;
  const lifetime = exp - iat;
  if (exp + graceSeconds <= nowSeconds || iat > nowSeconds + 5 || lifetime !== SESSION_LIFETIME_SECONDS)
    throw refused();
  return {
    kind: 'visitor',
    creatorId: claims.creator_id,
    widgetId: claims.widget_id,
    conversationId: claims.conversation_id,
    visitorId: claims.sub,
    origin: claims.origin,
  };
}
