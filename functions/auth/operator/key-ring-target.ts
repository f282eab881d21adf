import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { serviceDatabaseUrl } from '../../../shared/config/service-roles.ts';
import { OperatorError } from '../../../shared/operator/operator-command.ts';

const Endpoints = z.object({ database_url: z.string().min(1) });
const Secrets = z.object({ dataEncryptionKey: z.base64() });

export interface KeyRingTarget {
  /** The auth service's own role. */
  readonly databaseUrl: string;
  /** 32 bytes, base64: what private keys are sealed under. */
  readonly dataEncryptionKey: string;
}

/**
 * The database of AUTH_DATABASE_URL where that is set, else the local host's of UNDERSTUDY_DATA.
 *
 * @throws OperatorError when no local host is running, or a variable is missing
 */
export async function findKeyRing(env: NodeJS.ProcessEnv): Promise<KeyRingTarget> {
  if (env.AUTH_DATABASE_URL) {
    const key = z.base64().min(1).safeParse(env.DATA_ENCRYPTION_KEY);
    if (!key.success) throw new OperatorError('Set DATA_ENCRYPTION_KEY to the key that private keys are sealed under.');
    return { databaseUrl: env.AUTH_DATABASE_URL, dataEncryptionKey: key.data };
  }
  const folder = env.UNDERSTUDY_DATA || '.local';
  const [endpoints, secrets] = await Promise.all([
    readFile(join(folder, 'endpoints.json'), 'utf8').catch(() => undefined),
    readFile(join(folder, 'secrets.json'), 'utf8').catch(() => undefined),
  ]);
  if (endpoints === undefined || secrets === undefined) {
    throw new OperatorError(`No local host is running on ${folder}. Start one by npm start, or set AUTH_DATABASE_URL.`);
  }
  const { database_url } = Endpoints.parse(JSON.parse(endpoints));
  const { dataEncryptionKey } = Secrets.parse(JSON.parse(secrets));
  return { databaseUrl: serviceDatabaseUrl(database_url, 'auth'), dataEncryptionKey };
}
