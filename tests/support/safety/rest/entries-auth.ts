import { randomUUID } from 'node:crypto';
import { PASSWORD } from './actors.ts';
import { PUBLIC_READ, READS, type RouteEntry, type Scene } from './entry.ts';

const NEW_PASSWORD = 'another long enough password';
const someEmail = () => `${randomUUID()}@example.test`;
const logIn = ({ services, actor }: Scene) =>
  services.call('auth', 'POST', '/v1/auth/login', { body: { email: actor.email, password: PASSWORD } });

/** The link mailed to a newcomer. */
async function verificationToken({ services }: Scene): Promise<string> {
  const email = someEmail();
  const body = { email, password: PASSWORD, display_name: 'Newcomer' };
  await services.call('auth', 'POST', '/v1/auth/register', { body });
  return services.mailedToken(email);
}

async function resetToken({ services, actor }: Scene): Promise<string> {
  await services.call('auth', 'POST', '/v1/auth/password/forgot', { body: { email: actor.email } });
  return services.mailedToken(actor.email);
}

export const AUTH_ENTRIES: Readonly<Record<string, RouteEntry>> = {
  'POST /v1/auth/register': {
    request: ({ actor }) => ({ body: { email: actor.email, password: PASSWORD, display_name: 'Again' } }),
    succeeds: 202,
    audits: 'creator.registration_repeated',
  },
  'POST /v1/auth/verify-email': {
    request: async (scene) => ({ body: { token: await verificationToken(scene) } }),
    succeeds: 200,
    audits: { nothing: 'the event stands in the new account’s own trail' },
  },
  'POST /v1/auth/login': {
    request: ({ actor }) => ({ body: { email: actor.email, password: PASSWORD } }),
    succeeds: 200,
    audits: 'session.opened',
  },
  'POST /v1/auth/refresh': {
    request: async (scene) => ({
      body: { refresh_token: ((await logIn(scene)).body as { refresh_token: string }).refresh_token },
    }),
    succeeds: 200,
    audits: { nothing: 'goes on with a session every 15 minutes; last_used_at of the session tells when' },
  },
  'POST /v1/auth/logout': { succeeds: 204, audits: 'session.ended', endsSession: true },
  'GET /v1/auth/me': { succeeds: 200, audits: READS },
  'POST /v1/auth/password/forgot': {
    request: ({ actor }) => ({ body: { email: actor.email } }),
    succeeds: 202,
    audits: 'password.reset_requested',
  },
  'POST /v1/auth/password/reset': {
    request: async (scene) => ({ body: { token: await resetToken(scene), password: PASSWORD } }),
    succeeds: 204,
    audits: 'password.reset',
    endsSession: true,
  },
  'POST /v1/auth/password/change': {
    request: () => ({ body: { current_password: PASSWORD, new_password: NEW_PASSWORD } }),
    succeeds: 204,
    audits: 'password.changed',
    endsSession: true,
  },
  'GET /v1/auth/sessions': { succeeds: 200, audits: READS },
  'DELETE /v1/auth/sessions': { succeeds: 204, audits: 'sessions.ended', endsSession: true },
  'DELETE /v1/auth/sessions/{id}': {
    own: async (scene) => {
      const { access_token: token } = (await logIn(scene)).body as { access_token: string };
      const me = await scene.services.call('auth', 'GET', '/v1/auth/me', { token });
      return (me.body as { session_id: string }).session_id;
    },
    succeeds: 204,
    audits: 'session.ended',
  },
  'GET /v1/auth/api-keys': { succeeds: 200, audits: READS },
  'POST /v1/auth/api-keys': {
    request: ({ actor }) => ({ body: { name: actor.mark, permissions: ['documents:read'] } }),
    succeeds: 201,
    audits: 'api_key.created',
  },
  'DELETE /v1/auth/api-keys/{id}': {
    own: async ({ services, actor }) => {
      const body = { name: actor.mark, permissions: ['documents:read'] };
      const made = await services.call('auth', 'POST', '/v1/auth/api-keys', { token: actor.token, body });
      return (made.body as { api_key: { id: string } }).api_key.id;
    },
    succeeds: 204,
    audits: 'api_key.revoked',
  },
  'GET /.well-known/jwks.json': { succeeds: 200, audits: PUBLIC_READ },
};
