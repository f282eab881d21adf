import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openHubApi } from '../../functions/hub/composition.ts';
import { startAwsGateway } from '../../infra/local/parts/aws-gateway.ts';
import type { LocalQueue } from '../../infra/local/parts/local-queue.ts';
import { openPartRegistry } from '../../infra/local/parts/part-registry.ts';
import { readSecrets } from '../../infra/local/parts/secrets.ts';
import { HubEnv, readEnv } from '../../shared/config/env-constants.ts';
import { openPool } from '../../shared/database/pool.ts';
import { openTenantDatabase, type TenantDatabase } from '../../shared/database/tenant-database.ts';
import { PERMISSIONS, type Permission } from '../../shared/models/permission.ts';
import { hashSecret, newApiKey } from '../../shared/security/api-key.ts';
import { callRest, type RestAnswer, type RestRequest } from './rest-event.ts';
import { type TestDatabase, testDatabase } from './test-database.ts';
import { testRedisUrl } from './test-redis.ts';

export interface HubCreator {
  readonly id: string;
  /** An API key with every permission, or with those that were asked for. */
  readonly key: string;
}

export interface HubService {
  readonly database: TestDatabase;
  /** As the role of auth, which may write creators. */
  readonly asAuth: TenantDatabase;
  /** As the role of ai, which works on documents and turns. */
  readonly asAi: TenantDatabase;
  readonly ingest: LocalQueue;
  call(method: string, path: string, request?: RestRequest): Promise<RestAnswer>;
  newCreator(permissions?: readonly Permission[]): Promise<HubCreator>;
  stop(): Promise<void>;
}

export const MANIFEST = {
  loader: { path: '/widget/v1/loader-0123456789ab.js', integrity: `sha384-${'a'.repeat(64)}` },
  app: { path: '/widget/v1/app-0123456789ab.js', integrity: `sha384-${'b'.repeat(64)}` },
};

type Overrides = Readonly<Record<string, string>>;

/** The hub as it runs on Lambda: on a database of its own as the service's role, with real S3 and SQS protocols. */
export async function startHubService(
  overrides: Overrides | ((of: TestDatabase) => Overrides) = {},
): Promise<HubService> {
  const folder = await mkdtemp(join(tmpdir(), 'understudy-hub-'));
  const [database, registry] = await Promise.all([testDatabase(), openPartRegistry(folder)]);
  const aws = await startAwsGateway({ dataFolder: folder, registry, secrets: readSecrets(folder) });
  aws.createBucket('uploads');
  const ingest = aws.createQueue('ingest');
  // The AWS clients find these by themselves, as they do on Lambda.
  Object.assign(process.env, {
    AWS_REGION: aws.region,
    AWS_ACCESS_KEY_ID: aws.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: aws.credentials.secretAccessKey,
    AWS_ENDPOINT_URL: aws.endpointUrl,
  });
  const manifest = join(folder, 'web-manifest.json');
  await writeFile(manifest, JSON.stringify(MANIFEST));
  const env = readEnv(HubEnv, {
    STAGE: 'test',
    SERVICE_NAME: 'hub',
    DATABASE_URL: database.urlFor('hub'),
    REDIS_URL: testRedisUrl(),
    PUBLIC_API_URL: 'http://127.0.0.1:8080',
    CONSOLE_ORIGIN: 'http://localhost:8080',
    UPLOADS_BUCKET: 'uploads',
    INGEST_QUEUE_URL: ingest.url,
    ...(typeof overrides === 'function' ? overrides(database) : overrides),
  });
  const api = openHubApi(env, pathToFileURL(manifest));
  const pools = [
    openPool(database.urlFor('auth'), { maxConnections: 2 }),
    openPool(database.urlFor('ai'), { maxConnections: 2 }),
  ];
  const [asAuth, asAi] = pools.map((pool) => openTenantDatabase(pool)) as [TenantDatabase, TenantDatabase];

  return {
    database,
    asAuth,
    asAi,
    ingest,
    call: (method, path, request) => callRest(api.handler, method, path, request),
    newCreator: (permissions = PERMISSIONS) => insertCreator(asAuth, permissions),
    stop: async () => {
      await Promise.all([api.close(), aws.stop(), ...pools.map((pool) => pool.end())]);
      await Promise.all([database.drop(), rm(folder, { recursive: true, force: true })]);
    },
  };
}

async function insertCreator(asAuth: TenantDatabase, permissions: readonly Permission[]): Promise<HubCreator> {
  const id = randomUUID();
  const key = newApiKey();
  await asAuth.withTenant(id, async (db) => {
    await db.query(
      `insert into creators (id, email, display_name, status, password_hash, pepper_version, verified_at)
       values ($1, $2, 'Test', 'active', 'none', 1, now())`,
      [id, `${id}@example.test`],
    );
    await db.query(
      `insert into api_keys (creator_id, name, prefix, key_hash, permissions) values ($1, 'test', 'uk_test', $2, $3)`,
      [id, hashSecret(key), permissions],
    );
  });
  return { id, key };
}
