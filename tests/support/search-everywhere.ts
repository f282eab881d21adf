import {
  GetObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { Redis } from 'ioredis';
import pg from 'pg';
import { SERVICE_ROLES, type ServiceName, serviceDatabaseUrl } from '../../shared/config/service-roles.ts';
import type { Endpoints } from './running-host.ts';

/** Where any of the words still stands, per store, as a service of the creator's would see it. */
export interface Findings {
  readonly postgres: readonly string[];
  readonly files: readonly string[];
  readonly redis: readonly string[];
  readonly vectors: readonly string[];
}

/** Looks through every table, every object with all its versions, every Redis key and every vector's record. */
export async function searchEverywhere(
  endpoints: Endpoints,
  creatorId: string,
  words: readonly string[],
): Promise<Findings> {
  const holds = (text: string) => words.some((word) => text.toLowerCase().includes(word.toLowerCase()));
  const [postgres, files, redis, vectors] = await Promise.all([
    searchPostgres(endpoints.database_url, creatorId, holds),
    searchFiles(endpoints.aws_endpoint_url, holds),
    searchRedis(endpoints.redis_url, holds),
    searchVectors(endpoints.chroma_url, holds),
  ]);
  return { postgres, files, redis, vectors };
}

type Holds = (text: string) => boolean;

/** As each service in turn, bound to the creator: together they see every column of every table. */
async function searchPostgres(migrationUrl: string, creatorId: string, holds: Holds): Promise<string[]> {
  const found = new Set<string>();
  for (const service of Object.keys(SERVICE_ROLES) as ServiceName[]) {
    const client = new pg.Client({ connectionString: serviceDatabaseUrl(migrationUrl, service) });
    await client.connect();
    try {
      await client.query('begin');
      await client.query('select app.enter_tenant($1)', [creatorId]);
      const { rows: tables } = await client.query(
        `select relname as name from pg_class
         where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and has_table_privilege(oid, 'select')`,
      );
      for (const { name } of tables) {
        const { rows } = await client.query(`select t::text as text from ${client.escapeIdentifier(name)} t`);
        for (const { text } of rows) if (holds(text)) found.add(`${name}: ${text.slice(0, 200)}`);
      }
      await client.query('rollback');
    } finally {
      await client.end();
    }
  }
  return [...found];
}

async function searchFiles(endpoint: string, holds: Holds): Promise<string[]> {
  const s3 = new S3Client({
    ...{ endpoint, region: 'us-east-1', forcePathStyle: true },
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const found: string[] = [];
  for (const { Name: Bucket } of (await s3.send(new ListBucketsCommand({}))).Buckets ?? []) {
    const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
    for (const { Key, VersionId } of [...Versions, ...Contents.map(({ Key }) => ({ Key, VersionId: undefined }))]) {
      const version = VersionId && VersionId !== 'null' ? { VersionId } : {};
      const object = await s3.send(new GetObjectCommand({ Bucket, Key, ...version }));
      if (holds(`${Key} ${await object.Body?.transformToString()}`)) found.push(`${Bucket}/${Key}`);
    }
  }
  s3.destroy();
  return found;
}

async function searchRedis(url: string, holds: Holds): Promise<string[]> {
  const redis = new Redis(url);
  const read: Record<string, (key: string) => Promise<unknown>> = {
    string: (key) => redis.get(key),
    hash: (key) => redis.hgetall(key),
    list: (key) => redis.lrange(key, 0, -1),
    set: (key) => redis.smembers(key),
    zset: (key) => redis.zrange(key, '0', '-1'),
    stream: (key) => redis.xrange(key, '-', '+'),
  };
  try {
    const found: string[] = [];
    for (const key of await redis.keys('*')) {
      const value = await read[await redis.type(key)]?.(key);
      if (holds(`${key} ${JSON.stringify(value)}`)) found.push(key);
    }
    return found;
  } finally {
    redis.disconnect();
  }
}

async function searchVectors(url: string, holds: Holds): Promise<string[]> {
  const base = `${url}/api/v2/tenants/default_tenant/databases/default_database/collections`;
  const found: string[] = [];
  for (const { id, name } of (await (await fetch(base)).json()) as { id: string; name: string }[]) {
    const all = await fetch(`${base}/${id}/get`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ include: ['metadatas', 'documents'] }),
    });
    if (holds(await all.text())) found.push(name);
  }
  return found;
}
