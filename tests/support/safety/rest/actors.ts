import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import pg from 'pg';
import { openSigningKeys } from '../../../../functions/auth/repositories/signing-keys.ts';
import { loadCurrentKey } from '../../../../functions/auth/use-cases/key-ring.ts';
import { openSessionTokens } from '../../../../functions/channel/gateways/session-tokens.ts';
import { PERMISSIONS, type Permission } from '../../../../shared/models/permission.ts';
import { type AccessTokenSubject, openAccessTokenSigner } from '../../../../shared/security/access-token-signer.ts';
import { openColumnCipher } from '../../../../shared/security/column-encryption.ts';
import type { Services } from './services.ts';

export const PASSWORD = 'a long enough password';
export const PAGE = 'https://site.example';

/** A creator with everything that a request may name; every text it owns holds its `mark`. */
export interface Actor {
  readonly id: string;
  readonly email: string;
  readonly mark: string;
  readonly token: string;
  readonly refreshToken: string;
  readonly sessionId: string;
  /** A key with these permissions and no others. */
  keyWith(permissions: readonly Permission[]): Promise<string>;
  readonly widgetId: string;
  /** A visitor of its widget. */
  readonly visitorToken: string;
}

export async function newActor(services: Services): Promise<Actor> {
  const email = `${randomUUID()}@example.test`;
  const mark = `mark-of-${randomUUID()}`;
  const sourceIp = randomUUID();
  await services.call('auth', 'POST', '/v1/auth/register', {
    body: { email, password: PASSWORD, display_name: mark },
    sourceIp,
  });
  const token = await services.mailedToken(email);
  const { body: tokens } = await services.call('auth', 'POST', '/v1/auth/verify-email', { body: { token }, sourceIp });
  const { access_token, refresh_token, creator } = tokens as {
    access_token: string;
    refresh_token: string;
    creator: { id: string };
  };
  const me = await services.call('auth', 'GET', '/v1/auth/me', { token: access_token });
  const made = await services.call('hub', 'POST', '/v1/hub/widgets', {
    token: access_token,
    body: { name: mark, allowed_origins: [PAGE] },
  });
  const widgetId = (made.body as { id: string }).id;
  return {
    ...{ id: creator.id, email, mark, widgetId, token: access_token, refreshToken: refresh_token },
    sessionId: (me.body as { session_id: string }).session_id,
    visitorToken: await newVisitor(services, widgetId),
    keyWith: async (permissions) => {
      const body = { name: mark, permissions };
      const answer = await services.call('auth', 'POST', '/v1/auth/api-keys', { token: access_token, body });
      return (answer.body as { secret: string }).secret;
    },
  };
}

export async function newVisitor(services: Services, widgetId: string): Promise<string> {
  const path = `/v1/channel/widgets/${widgetId}/sessions`;
  const opened = await services.call('channel', 'POST', path, { headers: { Origin: PAGE }, body: {} });
  return (opened.body as { session_token: string }).session_token;
}

/** A token of ours in every part, signed an hour ago. */
export async function expiredToken(services: Services, { id, sessionId }: Actor): Promise<string> {
  const subject: AccessTokenSubject = { creatorId: id, sessionId, permissions: PERMISSIONS };
  return withSigningKeys(services, async (keys) => {
    const issuer = services.env.PUBLIC_API_URL ?? '';
    const now = () => Date.now() - 3_600_000;
    return openAccessTokenSigner({ issuer, loadCurrentKey: () => loadCurrentKey(keys), now })(subject);
  });
}

/** Ours, and good, but for another audience. */
export async function tokenForAnother(services: Services, { id, sessionId }: Actor): Promise<string> {
  return withSigningKeys(services, async (keys) => {
    const { kid, key } = await loadCurrentKey(keys);
    const iat = Math.floor(Date.now() / 1_000);
    const subject = { sub: id, creator_id: id, permissions: PERMISSIONS, sid: sessionId, jti: randomUUID() };
    return new SignJWT({ ...subject, iss: services.env.PUBLIC_API_URL, aud: 'channel', iat, exp: iat + 900 })
      .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid })
      .sign(key);
  });
}

export function expiredVisitorToken(services: Services, { id, widgetId }: Actor): Promise<string> {
  const { VISITOR_TOKEN_SECRET: secret = '', PUBLIC_API_URL: issuer = '' } = services.env;
  const ids = { conversationId: randomUUID(), visitorId: randomUUID() };
  const tokens = openSessionTokens({ secret, issuer, now: () => Date.now() - 7_200_000 });
  return tokens.sign({ creatorId: id, widgetId, origin: PAGE, ...ids });
}

/** Well signed, for a visitor of nobody's: a service without a database cannot know better. */
export function someVisitorToken(services: Services): Promise<string> {
  const { VISITOR_TOKEN_SECRET: secret = '', PUBLIC_API_URL: issuer = '' } = services.env;
  const ids = { creatorId: randomUUID(), widgetId: randomUUID(), conversationId: randomUUID() };
  return openSessionTokens({ secret, issuer }).sign({ ...ids, visitorId: randomUUID(), origin: PAGE });
}

async function withSigningKeys<T>(
  services: Services,
  work: (keys: ReturnType<typeof openSigningKeys>) => Promise<T>,
): Promise<T> {
  const pool = new pg.Pool({ connectionString: services.hub.database.urlFor('auth'), max: 1 });
  try {
    return await work(openSigningKeys(pool, openColumnCipher(services.env.DATA_ENCRYPTION_KEY ?? '')));
  } finally {
    await pool.end();
  }
}
