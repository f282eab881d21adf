import { errors, jwtVerify } from 'jose';
import type * as z from 'zod';
import { AuthenticationError } from '../errors/authentication-error.ts';
import {
  ACCESS_TOKEN_AUDIENCE,
  ACCESS_TOKEN_LIFETIME_SECONDS,
  ACCESS_TOKEN_TYPE,
  AccessTokenClaims,
  AccessTokenHeader,
} from './access-token.ts';
import { readCanonicalToken } from './canonical-token.ts';
import { openVerificationKeys, type VerificationKeysOptions } from './verification-keys.ts';

export interface AccessTokenVerifierOptions extends VerificationKeysOptions {
  /** The exact `iss` of our tokens: the public address of the API. */
  readonly issuer: string;
}

/** @throws AuthenticationError for anything but a token of ours that is valid now */
export type VerifyAccessToken = (token: string) => Promise<AccessTokenClaims>;

const MAX_TOKEN_CHARACTERS = 4_096;
/** Hosts' clocks differ; forgives an `iat` slightly ahead, never an `exp` gone by. */
const CLOCK_TOLERANCE_SECONDS = 5;
const REQUIRED_CLAIMS = ['iss', 'aud', 'sub', 'creator_id', 'permissions', 'sid', 'jti', 'iat', 'exp'];

/**
 * Accepts only what our signer makes: form and header are checked before any key is touched, the key id only looks
 * up a map in memory, and the claims must be exactly ours (RFC 8725, RFC 9068).
 */
export function openAccessTokenVerifier(options: AccessTokenVerifierOptions): VerifyAccessToken {
  const keys = openVerificationKeys(options);
  const now = options.now ?? Date.now;

  return async (token) => {
    const { kid } = readHeader(token);
    const key = await keys.find(kid);
    if (!key) throw new AuthenticationError();
    const currentDate = new Date(now());
    const payload = await refuseUnlessVerified(
      jwtVerify(token, key, {
        algorithms: ['RS256'],
        issuer: options.issuer,
        audience: ACCESS_TOKEN_AUDIENCE,
        typ: ACCESS_TOKEN_TYPE,
        requiredClaims: REQUIRED_CLAIMS,
        maxTokenAge: ACCESS_TOKEN_LIFETIME_SECONDS,
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        currentDate,
      }),
    );
    return checkClaims(payload, Math.floor(currentDate.getTime() / 1000));
  };
}

function readHeader(token: string): z.infer<typeof AccessTokenHeader> {
  const result = AccessTokenHeader.safeParse(readCanonicalToken(token, MAX_TOKEN_CHARACTERS).header);
  if (!result.success) throw new AuthenticationError();
  return result.data;
}

async function refuseUnlessVerified(verification: ReturnType<typeof jwtVerify>): Promise<unknown> {
  try {
    return (await verification).payload;
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof TypeError) {
      throw new AuthenticationError('AUTHENTICATION_REQUIRED', undefined, { cause: error });
    }
    throw error;
  }
}

function checkClaims(payload: unknown, nowSeconds: number): AccessTokenClaims {
  const result = AccessTokenClaims.safeParse(payload);
  if (!result.success) throw new AuthenticationError();
  const claims = result.data;
  const lifetime = claims.exp - claims.iat;
  const inTime = claims.exp > nowSeconds && lifetime > 0 && lifetime <= ACCESS_TOKEN_LIFETIME_SECONDS;
  if (!inTime || claims.sub !== claims.creator_id) throw new AuthenticationError();
  return claims;
}
