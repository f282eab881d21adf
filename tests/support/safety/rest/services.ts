import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { openAiApi } from '../../../../functions/ai/composition.ts';
import { routes as aiRoutes } from '../../../../functions/ai/routes/table.ts';
import { openAuthApi } from '../../../../functions/auth/auth-api.ts';
import { routes as authRoutes } from '../../../../functions/auth/routes/table.ts';
import { composeChannel } from '../../../../functions/channel/composition.ts';
import { channelRest } from '../../../../functions/channel/rest.ts';
import { routes as channelRoutes } from '../../../../functions/channel/routes/table.ts';
import { routes as hubRoutes } from '../../../../functions/hub/routes/table.ts';
import { type OfflineModel, startOfflineModel } from '../../../../infra/local/offline-model/server.ts';
import { AiEnv, RootEnv, readEnv } from '../../../../shared/config/env-constants.ts';
import type { ServiceName } from '../../../../shared/config/service-roles.ts';
import { operationsRoutes } from '../../../../shared/lambda/operations-routes.ts';
import { restHandler } from '../../../../shared/lambda/rest-handler.ts';
import type { RestHandler } from '../../../../shared/lambda/rest-service.ts';
import type { Access, Method } from '../../../../shared/lambda/route.ts';
import { type HubService, startHubService } from '../../hub-service.ts';
import { callRest, type RestAnswer, type RestRequest } from '../../rest-event.ts';
import { testRedisUrl } from '../../test-redis.ts';

export interface ServedRoute {
  readonly service: ServiceName;
  readonly method: Method;
  readonly path: string;
  readonly permission: Access;
  readonly hasBody: boolean;
  readonly hasQuery: boolean;
}

export interface Services {
  readonly hub: HubService;
  readonly env: Readonly<Record<string, string>>;
  call(service: ServiceName, method: string, path: string, request?: RestRequest): Promise<RestAnswer>;
  mailedToken(email: string): Promise<string>;
  stop(): Promise<void>;
}

/** Every route that the four services serve, read from their own tables. */
export function servedRoutes(): ServedRoute[] {
  const operations = (prefixes: readonly string[]) =>
    prefixes.flatMap((prefix) =>
      operationsRoutes({ prefix, checks: {}, metricsToken: '', renderMetrics: async () => '' }),
    );
  const tables = {
    auth: [...authRoutes, ...operations(['', '/v1/auth'])],
    hub: [...hubRoutes, ...operations(['/v1/hub'])],
    ai: [...aiRoutes, ...operations(['/v1/ai'])],
    channel: [...channelRoutes, ...operations(['/v1/channel'])],
  };
  return Object.entries(tables).flatMap(([service, routes]) =>
    routes.map(({ method, path, permission, input }) => ({
      ...{ service: service as ServiceName, method, path, permission },
      ...{ hasBody: input.body !== undefined, hasQuery: input.query !== undefined },
    })),
  );
}

export const METRICS_TOKEN = 'a token for metrics only';

/**
 * The REST functions of all services on one database, as they run on Lambda. `overrides` go into every environment;
 * a DATABASE_URL among them is taken as it is, to see what happens without a database.
 */
export async function startServices(overrides: Readonly<Record<string, string>> = {}): Promise<Services> {
  const quotas = { QUOTA_WIDGETS: '10000', QUOTA_API_KEYS: '10000' };
  const shared = { RATE_LIMIT_FACTOR: '1000', METRICS_TOKEN, ...quotas, ...overrides };
  const [hub, model, mailbox] = await Promise.all([
    startHubService(shared),
    startOfflineModel({ tokenDelayMs: 0 }),
    mkdtemp(join(tmpdir(), 'understudy-mail-')),
  ]);
  const env = environment(hub, model, { ...shared, MAILBOX_FOLDER: mailbox });
  const urlOf = (service: ServiceName) => overrides.DATABASE_URL ?? hub.database.urlFor(service);
  const auth = openAuthApi(readEnv(RootEnv, { ...env, SERVICE_NAME: 'auth', DATABASE_URL: urlOf('auth') }));
  const ai = openAiApi(readEnv(AiEnv, { ...env, SERVICE_NAME: 'ai', DATABASE_URL: urlOf('ai') }));
  const channel = composeChannel({ ...env, SERVICE_NAME: 'channel', DATABASE_URL: urlOf('channel') });
  const handlers: Record<Exclude<ServiceName, 'hub'>, RestHandler> = {
    auth: auth.handler,
    ai: restHandler(ai),
    channel: channelRest(channel),
  };
  return {
    hub,
    env,
    call: (service, method, path, request) =>
      service === 'hub' ? hub.call(method, path, request) : callRest(handlers[service], method, path, request),
    mailedToken: async (email) => {
      const names = (await readdir(mailbox)).filter((name) => name.endsWith('.json')).sort();
      const mails = await Promise.all(
        names.map(async (name) => JSON.parse(await readFile(join(mailbox, name), 'utf8'))),
      );
      return /token=([\w-]+)/.exec(mails.findLast(({ to }) => to === email)?.text ?? '')?.[1] ?? '';
    },
    stop: async () => {
      channel.redis.disconnect();
      await Promise.all([auth.close(), channel.pool.end(), model.close(), endConnections(hub.database.urlFor('ai'))]);
      await Promise.all([hub.stop(), rm(mailbox, { recursive: true, force: true })]);
    },
  };
}

function environment(hub: HubService, model: OfflineModel, shared: Readonly<Record<string, string>>) {
  const key = () => randomBytes(32).toString('base64');
  return {
    STAGE: 'test',
    LOG_LEVEL: 'SILENT',
    REDIS_URL: testRedisUrl(),
    PUBLIC_API_URL: 'http://127.0.0.1:8080',
    CONSOLE_ORIGIN: 'http://localhost:8080',
    CONSOLE_URL: 'http://localhost:8080',
    DATA_ENCRYPTION_KEY: key(),
    PASSWORD_PEPPER: key(),
    VISITOR_TOKEN_SECRET: key(),
    UPLOADS_BUCKET: 'uploads',
    LIBRARY_BUCKET: 'library',
    INGEST_QUEUE_URL: hub.ingest.url,
    TURNS_QUEUE_URL: hub.ingest.url,
    // Nothing in these tests has vectors: nobody listens there.
    CHROMA_URL: 'http://127.0.0.1:9',
    OLLAMA_URL: model.url,
    SOCKET_URL: 'ws://127.0.0.1:8080/socket',
    SOCKET_MANAGEMENT_URL: 'http://127.0.0.1:9/socket',
    ...shared,
  };
}

/** A function that is never closed on Lambda has no way to be: its idle connections are ended for it. */
export async function endConnections(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  await client.query(`select pg_terminate_backend(pid) from pg_stat_activity
    where usename = current_user and datname = current_database() and pid <> pg_backend_pid()`);
  await client.end();
}
