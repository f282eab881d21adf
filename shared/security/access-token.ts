import * as z from 'zod';
import { Permission } from '../models/permission.ts';

/** Who access tokens are for; visitors' tokens name another audience. */
export const ACCESS_TOKEN_AUDIENCE = 'understudy-api';
/** RFC 9068: keeps any other kind of signed token from passing as an access token. */
export const ACCESS_TOKEN_TYPE = 'at+jwt';
/** How long an access token is good, unless its session ends before. */
export const ACCESS_TOKEN_LIFETIME_SECONDS = 900;

/** Everything an access token says; a claim more or less makes it another token. */
export const AccessTokenClaims = z.strictObject({
  iss: z.string(),
  aud: z.literal(ACCESS_TOKEN_AUDIENCE),
  sub: z.uuid(),
  creator_id: z.uuid(),
  permissions: z.array(Permission),
  sid: z.uuid(),
  jti: z.uuid(),
  iat: z.number().int(),
  exp: z.number().int(),
});
export type AccessTokenClaims = z.infer<typeof AccessTokenClaims>;

/** A header names algorithm, type and key, and nothing else: no `crit`, `b64`, `jku`, `jwk`, `x5u`, `zip` … */
export const AccessTokenHeader = z.strictObject({
  alg: z.literal('RS256'),
  typ: z.literal(ACCESS_TOKEN_TYPE),
  kid: z.string().regex(/^[A-Za-z0-9_-]{8,64}$/),
});
