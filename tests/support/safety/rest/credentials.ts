import { randomUUID } from 'node:crypto';
import { PERMISSIONS } from '../../../../shared/models/permission.ts';
import { newApiKey } from '../../../../shared/security/api-key.ts';
import type { RestRequest } from '../../rest-event.ts';
import { type Actor, expiredToken, expiredVisitorToken, PASSWORD, tokenForAnother } from './actors.ts';
import type { ServedRoute, Services } from './services.ts';

export interface Credential {
  readonly name: string;
  readonly request: RestRequest;
  readonly status: 401 | 403;
}

/** Each from an address of its own: what is counted by address has tests of its own. */
const bearer = (name: string, token: string): Credential => ({
  name,
  request: { token, sourceIp: randomUUID() },
  status: 401,
});
const header = (name: string, value: string): Credential => ({
  name,
  request: { headers: { Authorization: value } },
  status: 401,
});

/** Credentials that no route accepts, made from the actor's own. */
export async function brokenCredentials(services: Services, actor: Actor): Promise<Credential[]> {
  const { token } = actor;
  const [head = '', claims = '', signature = ''] = token.split('.');
  const unsigned = Buffer.from(JSON.stringify({ alg: 'none', typ: 'at+jwt' })).toString('base64url');
  return [
    { name: 'none', request: {}, status: 401 },
    header('an empty header', ''),
    header('the scheme alone', 'Bearer'),
    header('another scheme', `Basic ${Buffer.from(`${actor.email}:${PASSWORD}`).toString('base64')}`),
    header('two tokens', `Bearer ${token} ${token}`),
    bearer('nonsense', 'nonsense'),
    bearer('no signature', `${head}.${claims}.`),
    bearer('alg none', `${unsigned}.${claims}.`),
    bearer('another signature', `${head}.${claims}.${signature.split('').reverse().join('')}`),
    bearer('an unknown key', newApiKey()),
    bearer('a refresh token', actor.refreshToken),
    bearer('for another audience', await tokenForAnother(services, actor)),
    bearer('expired', await expiredToken(services, actor)),
    bearer('expired, a visitor’s', await expiredVisitorToken(services, actor)),
    bearer('of an ended session', await endedSession(services, actor)),
    bearer('a revoked key', await revokedKey(services, actor)),
  ];
}

/** What is good elsewhere, or does not suffice here. */
export async function wrongCredentials(route: ServedRoute, actor: Actor): Promise<Credential[]> {
  const { permission } = route;
  if (permission === 'public') return [];
  if (permission === 'visitor') {
    return [bearer('a creator’s token', actor.token), bearer('a creator’s key', await actor.keyWith(PERMISSIONS))];
  }
  const visitor = bearer('a visitor’s token', actor.visitorToken);
  if (permission === 'creator') return [visitor];
  const tooWeak = await actor.keyWith(PERMISSIONS.filter((each) => each !== permission));
  return [visitor, { name: `a key without ${permission}`, request: { token: tooWeak }, status: 403 }];
}

async function endedSession(services: Services, { email }: Actor): Promise<string> {
  const opened = await services.call('auth', 'POST', '/v1/auth/login', { body: { email, password: PASSWORD } });
  const { access_token: token } = opened.body as { access_token: string };
  await services.call('auth', 'POST', '/v1/auth/logout', { token });
  return token;
}

async function revokedKey(services: Services, { token }: Actor): Promise<string> {
  const body = { name: 'soon revoked', permissions: PERMISSIONS };
  const made = await services.call('auth', 'POST', '/v1/auth/api-keys', { token, body });
  const { secret, api_key: key } = made.body as { secret: string; api_key: { id: string } };
  await services.call('auth', 'DELETE', `/v1/auth/api-keys/${key.id}`, { token });
  return secret;
}
