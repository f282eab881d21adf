import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openAuthApi } from '../../functions/auth/auth-api.ts';
import { RootEnv, readEnv } from '../../shared/config/env-constants.ts';
import { callRest, type RestAnswer, type RestRequest } from './rest-event.ts';
import { requireVariable, type TestDatabase, testDatabase } from './test-database.ts';
import { testRedisUrl } from './test-redis.ts';

export interface TestTokens {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly creator: { readonly id: string; readonly email: string };
}

export interface SignedUp {
  readonly email: string;
  readonly password: string;
  readonly tokens: TestTokens;
}

export interface AuthService {
  readonly database: TestDatabase;
  readonly env: Readonly<Record<string, string>>;
  call(method: string, path: string, request?: RestRequest): Promise<RestAnswer>;
  mailsTo(email: string): Promise<readonly { subject: string; text: string; html: string; token: string }[]>;
  /** Registers, follows the mail, and is signed in; each from an address of its own. */
  signUp(email?: string): Promise<SignedUp>;
  stop(): Promise<void>;
}

export const PASSWORD = 'a long enough password';

export const someEmail = () => `${randomUUID()}@example.test`;
/** Limits count per address, and the Redis server is shared. */
export const someAddress = () => `198.51.${randomBytes(1)[0]}.${randomUUID()}`;

/** The auth service as it runs on Lambda, on a database of its own, as the service's role. */
export async function startAuthService(overrides: Readonly<Record<string, string>> = {}): Promise<AuthService> {
  const [database, mailbox] = await Promise.all([testDatabase(), mkdtemp(join(tmpdir(), 'understudy-mail-'))]);
  const env = {
    STAGE: 'test',
    SERVICE_NAME: 'auth',
    LOG_LEVEL: 'SILENT',
    DATABASE_URL: database.urlFor('auth'),
    REDIS_URL: testRedisUrl(),
    CHROMA_URL: requireVariable('TEST_CHROMA_URL'),
    OLLAMA_URL: requireVariable('TEST_OLLAMA_URL'),
    PUBLIC_API_URL: 'http://127.0.0.1:8080',
    CONSOLE_ORIGIN: 'http://localhost:8080',
    CONSOLE_URL: 'http://localhost:8080',
    DATA_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    PASSWORD_PEPPER: randomBytes(32).toString('base64'),
    MAILBOX_FOLDER: mailbox,
    ...overrides,
  };
  const api = openAuthApi(readEnv(RootEnv, env));
  const call: AuthService['call'] = (method, path, request) =>
    callRest(api.handler, method, path, { sourceIp: someAddress(), ...request });
  const mailsTo: AuthService['mailsTo'] = async (email) => {
    const names = (await readdir(mailbox)).filter((name) => name.endsWith('.json')).sort();
    const mails = await Promise.all(names.map(async (name) => JSON.parse(await readFile(join(mailbox, name), 'utf8'))));
    return mails
      .filter((mail) => mail.to === email)
      .map((mail) => ({ ...mail, token: /token=([\w-]+)/.exec(mail.text)?.[1] ?? '' }));
  };

  return {
    database,
    env,
    call,
    mailsTo,
    signUp: async (email = someEmail()) => {
      await call('POST', '/v1/auth/register', { body: { email, password: PASSWORD, display_name: 'Ada' } });
      const token = (await mailsTo(email)).at(-1)?.token;
      const { status, body } = await call('POST', '/v1/auth/verify-email', { body: { token } });
      if (status !== 200) throw new Error(`signing up failed with ${status}`);
      return { email, password: PASSWORD, tokens: body };
    },
    stop: async () => {
      await api.close();
      await Promise.all([database.drop(), rm(mailbox, { recursive: true, force: true })]);
    },
  };
}
